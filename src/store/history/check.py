# python3 check.py FILE
import hashlib, json, sys
text = open(sys.argv[1], encoding="utf-8", newline="\n").read().split("\n")
lines = [line.split("\t", 3) for line in text if line.startswith(("own\t", "merged\t"))]
known = {"0" * 64} | {line[2] for line in lines}
last, own, merged, told, wrong = "0" * 64, 0, 0, 0, []
for kind, number, hash, body in lines:
    if hashlib.sha256(body.encode()).hexdigest() != hash:
        wrong.append(f"{kind} entry {number} was altered: its text does not have its hash")
        continue
    entry = json.loads(body)
    merges = [row for row in entry["rows"] if row["action"] == "merge"]
    if kind == "own":
        own, told = own + 1, told + sum(row["entries"] for row in merges)
        if (entry["number"], entry["previous"]) != (own, last):
            wrong.append(f"own entry {number} does not follow: one was altered, added or removed")
        last = hash
    else:
        merged += 1
        if entry["previous"] not in known:
            wrong.append(f"merged entry {number} does not follow: one was altered or removed")
    if not {row["last_hash"] for row in merges} <= known:
        wrong.append(f"{kind} entry {number} brought a log whose last entry is not here")
if merged != told:
    wrong.append(f"merges brought {told} entries, {merged} are here")
print(*("WRONG: " + line for line in wrong), sep="\n", end="\n" if wrong else "")
print(f"{own} own entries, {merged} merged ones; last hash {last}")
sys.exit(bool(wrong))
