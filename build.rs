//! A new migration must be built in: cargo alone does not see the folder.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
