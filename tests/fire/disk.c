/* A disk that fails. Loaded with LD_PRELOAD: counts the operations that change the files whose path
 * contains FAIL_PATH, and lets the one with the number FAIL_AT fail with FAIL_ERRNO; with FAIL_EVER
 * also every one after it. FAIL_SHORT writes half of it first. The count goes to FAIL_COUNT.
 * ENOSPC concerns only writes that make a file longer, as on a real disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long done;

static int concerns(const char *path) {
    const char *part = getenv("FAIL_PATH");
    return part && strstr(path, part) != NULL;
}

static int concerns_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return concerns(path);
}

/* A full disk refuses only what makes a file longer. */
static int is_full(void) {
    const char *error = getenv("FAIL_ERRNO");
    return error && atoi(error) == ENOSPC;
}

static int lengthens(int fd, off_t end) {
    struct stat file;
    return fstat(fd, &file) != 0 || end > file.st_size;
}

/* True if this operation is to fail. */
static int fails(void) {
    const char *at = getenv("FAIL_AT"), *count = getenv("FAIL_COUNT");
    long number = at ? atol(at) : 0;
    done++;
    if (count) {
        FILE *file = fopen(count, "w");
        if (file) { fprintf(file, "%ld", done); fclose(file); }
    }
    if (number == 0 || done < number || (done > number && !getenv("FAIL_EVER"))) return 0;
    errno = getenv("FAIL_ERRNO") ? atoi(getenv("FAIL_ERRNO")) : EIO;
    return 1;
}

#define REAL(name, result, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t positioned(ssize_t (*real)(int, const void *, size_t, off_t), int fd,
                          const void *bytes, size_t length, off_t at) {
    if (concerns_fd(fd) && (!is_full() || lengthens(fd, at + (off_t)length)) && fails()) {
        int error = errno;
        if (getenv("FAIL_SHORT") && length > 1) return real(fd, bytes, length / 2, at);
        errno = error;
        return -1;
    }
    return real(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    REAL(pwrite, ssize_t, int, const void *, size_t, off_t);
    return positioned(real, fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
    REAL(pwrite64, ssize_t, int, const void *, size_t, off_t);
    return positioned(real, fd, bytes, length, at);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    REAL(write, ssize_t, int, const void *, size_t);
    if (concerns_fd(fd) && fails()) return -1;
    return real(fd, bytes, length);
}

int fsync(int fd) {
    REAL(fsync, int, int);
    return concerns_fd(fd) && !is_full() && fails() ? -1 : real(fd);
}

int fdatasync(int fd) {
    REAL(fdatasync, int, int);
    return concerns_fd(fd) && !is_full() && fails() ? -1 : real(fd);
}

int ftruncate(int fd, off_t length) {
    REAL(ftruncate, int, int, off_t);
    return concerns_fd(fd) && !is_full() && fails() ? -1 : real(fd, length);
}

int ftruncate64(int fd, off_t length) {
    REAL(ftruncate64, int, int, off_t);
    return concerns_fd(fd) && !is_full() && fails() ? -1 : real(fd, length);
}

int unlink(const char *path) {
    REAL(unlink, int, const char *);
    return concerns(path) && !is_full() && fails() ? -1 : real(path);
}
