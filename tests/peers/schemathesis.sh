#!/usr/bin/env bash
# Sends to every operation of docs/openapi.json what its description allows, and what it does not, with the rights of
# whoever may: the server answers each, and never with a failure of its own (a status of 500 or above).
#
#   tests/peers/schemathesis.sh [EXAMPLES]     200 examples an operation unless told otherwise
#
# Run by hand and for a release: schemathesis comes from PyPI into a folder of its own.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
examples=${1:-200}
program=${SCHAKEL_PROGRAM:-target/debug/schakel}
place=$(mktemp -d "${TMPDIR:-/tmp}/schakel-schemathesis.XXXXXX")
tool=${SCHEMATHESIS_FOLDER:-$PWD/tests/tools/schemathesis}
trap 'kill "$server" 2>/dev/null || true; rm -rf "$place"' EXIT

if [ ! -x "$tool/bin/schemathesis" ]; then
    python3 -m venv "$tool"
    "$tool/bin/pip" install --quiet 'schemathesis==4.32.5'
fi
[ -x "$program" ] || cargo build --quiet

"$program" demo --small --listen 127.0.0.1:0 >"$place/demo.txt" 2>"$place/demo.err" &
server=$!
until grep -q 'Open a link' "$place/demo.txt"; do
    kill -0 "$server" || { cat "$place/demo.err" >&2; exit 1; }
    sleep 1
done
base=$(grep -om1 'http://127.0.0.1:[0-9]*' "$place/demo.txt")
"$program" openapi >"$place/openapi.json"

# The cookie of a visit, from the code that the demo printed two lines below the one that says who.
visit() {
    local code
    code=$(grep -A2 -m1 "$1" "$place/demo.txt" | sed -n 's/.*or type \([^ ]*\) at.*/\1/p')
    curl -s -o /dev/null -c - --data-urlencode "code=$code" "$base/r" | awk '/schakel_visit/ { print $7 }'
}

# Rehearsing a whole study takes seconds each time, and leaving ends the visit that is asked with. One worker: the
# generator of examples is not made for several.
run() {
    local who=$1 paths=$2 cookie=$3
    # It keeps what it found where it is started.
    (cd "$place" && "$tool/bin/schemathesis" run "$place/openapi.json" --url "$base" --include-path-regex "$paths" \
        --exclude-path /study/rehearsal --header "Cookie: schakel_visit=$cookie" --checks all --max-examples "$examples" \
        --seed 20261122 --workers 1 --continue-on-failure --request-timeout 60 --no-color \
        --report-json-path "$place/$who.json" >"$place/$who.txt" 2>&1) || true
}

run respondent '^/answer' "$(visit '(a respondent')"
run school '^/school' "$(visit '^a school')"
run principal '^/principal' "$(visit '^a principal')"
run board '^/board' "$(visit '^a board')"
run trainer '^/trainer' "$(visit '^a trainer')"
run researcher '^/research' "$(visit '^the researcher')"
run owner '^/(study|response)' "$(visit '^the owner')"
run nobody '^/($|r$|language|leave|setup|healthz|assets)' ''

# Pages are no interface with a contract for each value: what the other checks remark is counted, not judged.
python3 - "$place" "$examples" <<'END'
import collections, json, pathlib, sys

place, examples = pathlib.Path(sys.argv[1]), int(sys.argv[2])
cases = operations = errors = 0
remarks = collections.Counter()
failures = []
for file in sorted(place.glob("*.json")):
    if file.name == "openapi.json":
        continue
    run = json.loads(file.read_text())
    cases += run["test_cases"]["generated"]
    operations += run["operations"]["tested"]
    errors += sum(error["count"] for error in run["errors"])
    for failure in run["failures"]:
        remarks[failure["title"]] += failure["count"]
        if failure["type"] in ("ServerError", "ResponseTimeExceeded", "MalformedJson"):
            failures.append((file.stem, failure["title"], failure["operations"]))
log = (place / "demo.err").read_text(errors="replace").splitlines()
failures += [("log", line, []) for line in log if "a request failed" in line or "panicked" in line][:20]
figures = {
    "operations": operations,
    "examples_an_operation": examples,
    "cases": cases,
    "failures_of_the_server": len(failures),
    "failures_of_the_generator": errors,
    "remarks": dict(remarks),
}
folder = pathlib.Path("target/promises")
folder.mkdir(parents=True, exist_ok=True)
(folder / "guards.openapi.release.json").write_text(json.dumps(figures, indent=2) + "\n")
print(json.dumps(figures, indent=2))
for failure in failures:
    print(*failure)
sys.exit(bool(failures) or operations == 0)
END
