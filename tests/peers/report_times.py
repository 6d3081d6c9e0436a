#!/usr/bin/env python3
"""How long the report takes at the size of the whole demo: one view, the report of the study, the files of all schools.

Makes the demo once (or takes a database that is there), then times the program from start to exit and its pages from
request to last byte, each several times; the median counts. Prints a table and whether each is within its limit, and ends
with exit code 1 where one is not.

    python3 tests/peers/report_times.py [--program target/release/schakel] [--database sqlite:FILE] [--small] [--times 5]
"""

import argparse
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

VIEW, REPORT, SCHOOLS = 0.200, 15.0, 20.0
# A view is a page that a reader waits for; the whole report is one too, but counts as the report.
VIEWS = {
    "the researcher": ["/research", "/research/schools", "/research/effects", "/research/scales", "/research/report"],
    "a school": ["/school", "/school/response"],
    "a trainer": ["/trainer"],
}


def timed(times, work):
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def run(program, *arguments):
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)


class Row:
    over = False

    @classmethod
    def tell(cls, what, seconds, limit):
        held = seconds <= limit
        cls.over |= not held
        print(f"{what:<44} {seconds:8.3f} s   at most {limit:6.3f} s   {'held' if held else 'NOT HELD'}", flush=True)


def signed_in(base, link):
    """A visitor with the visit that a link opens."""
    token = link.split("#", 1)[1]
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    visitor = urllib.request.build_opener(cookies)
    form = urllib.parse.urlencode({"code": token}).encode()
    visitor.open(urllib.request.Request(f"{base}/r", form, {"Origin": base})).read()
    return visitor


def views(program, small, times):
    command = [program, "demo", "--listen", "127.0.0.1:0"] + (["--small"] if small else [])
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        said = ""
        for line in server.stdout:
            said += line
            if line.startswith("Open a link"):
                break
        base = re.search(r"http://[^/\s]+", said).group(0)
        for who, pages in VIEWS.items():
            link = said.split(who, 1)[1].split("\n")[1].strip()
            visitor = signed_in(base, link)
            for page in pages:
                try:
                    visitor.open(base + page).read()
                except urllib.error.HTTPError as error:
                    print(f"{page:<44} answered {error.code}: not measured")
                    continue
                Row.tell(f"page {page}", timed(times, lambda: visitor.open(base + page).read()), VIEW)
            if who == "the researcher":
                page = "/research/report/whole?language=nl"
                Row.tell(f"page {page}", timed(times, lambda: visitor.open(base + page).read()), REPORT)
    finally:
        server.terminate()
        server.wait()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", default="target/release/schakel")
    arguments.add_argument("--database")
    arguments.add_argument("--small", action="store_true")
    arguments.add_argument("--times", type=int, default=5)
    given = arguments.parse_args()
    program = os.path.abspath(given.program)
    with tempfile.TemporaryDirectory(prefix="schakel-times-") as place:
        database = given.database or f"sqlite:{place}/demo.db"
        if not given.database:
            run(program, "demo", "--no-serve", "--database", database, *(["--small"] if given.small else []))
        where = ("--database", database)
        for language in ("nl", "en"):
            file = f"{place}/{language}.html"
            made = lambda: run(program, "report", "--out", file, "--language", language, *where)
            Row.tell(f"report of the study, {language}", timed(given.times, made), REPORT)
            print(f"    {os.path.getsize(file) / 1e6:.2f} MB")
        Row.tell("report of the study, made again by verify", timed(1, lambda: run(program, "verify", file, *where)), REPORT)
        for language in ("nl", "en"):
            folder = f"{place}/schools-{language}"
            made = lambda: run(program, "report", "--schools", "--out", folder, "--language", language, *where)
            Row.tell(f"files of all schools, {language}", timed(given.times, made), SCHOOLS)
            print(f"    {len(os.listdir(folder))} files")
    views(program, given.small, given.times)
    return 1 if Row.over else 0


if __name__ == "__main__":
    sys.exit(main())
