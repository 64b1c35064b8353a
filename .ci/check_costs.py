"""Computes the tables of docs/COST.md and docs/DATA-MODEL.md and fails where a document says something else.

From docs/prices.json (prices, with their date and source), docs/units.json (what calls ask of the database, measured by
.ci/measure_units.py) and template.yaml (alarms, dashboards, memory, the lines of the access log). With `--write` it
writes the tables. A route of the template that nobody has measured is a failure, too.
"""

import json
import math
import re
import sys
from pathlib import Path

try:
    import yaml
except ModuleNotFoundError:
    how = "python3 -m venv target/yaml && target/yaml/bin/pip install pyyaml"
    raise SystemExit(f"this needs PyYAML: {how}, and run it with target/yaml/bin/python") from None

ROOT = Path(__file__).resolve().parent.parent
COST, DATA_MODEL = ROOT / "docs" / "COST.md", ROOT / "docs" / "DATA-MODEL.md"

# Nobody has measured it on Lambda. A call of the database counts in full, also where calls run side by side.
OWN_MS, DATABASE_CALL_MS = 2, 5
# What starting an environment takes, and the run of a schedule with nothing to do.
START_MS, IDLE_RUN_MS = 150, 20
# Each log line's own overhead in CloudWatch Logs.
LINE_OVERHEAD = 26
RUNS = 30 * 24 * 12
IDLE_LINES = 580
# A day of two people who write to each other: how often, what.
DAY = [
    (100, "POST /v1/messages", "with a key"),
    (100, "changes", "for a message that is alone in its batch"),
    (30, "GET /v1/messages", "a page of 10, opening with something unread"),
    (10, "GET /v1/messages", "a page of 10, opening with nothing unread"),
    (10, "PUT /v1/messages/{id}/reactions/{name}", ""),
    (40, "GET /v1/conversations", "a page of 10"),
]
PAIRS, DAYS = 1000, 30
REQUEST_UNIT = 512 * 1024


class Loader(yaml.SafeLoader):
    """Knows CloudFormation's short functions as what stands behind them."""


def function(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", function)


class Template:
    def __init__(self):
        content = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506
        self.resources = content["Resources"]
        self.memory_gb = content["Globals"]["Function"]["MemorySize"] / 1024
        # As it may be at most, with the names that this template has.
        line = self.resources["Api"]["Properties"]["AccessLogSettings"]["Format"]
        self.access_line = len(re.sub(r"\$context[\w.]+", "x" * 18, line)) + LINE_OVERHEAD

    def of_type(self, kind):
        return [r.get("Properties", {}) for r in self.resources.values() if r["Type"] == kind]

    def routes(self):
        for properties in self.of_type("AWS::Serverless::Function"):
            events = [e["Properties"] for e in properties.get("Events", {}).values() if e["Type"] == "HttpApi"]
            if any("Path" not in event for event in events):
                # Whatever else it takes, it refuses.
                yield "$default"
            else:
                yield from (f"{event['Method']} {event['Path']}" for event in events)

    def alarm_metrics(self):
        """An alarm costs by the metrics that it reads, not as one alarm. A query of calls that were turned away finds none
        in a table that nobody calls."""
        for alarm in self.of_type("AWS::CloudWatch::Alarm"):
            metrics = alarm.get("Metrics", [{"MetricStat": alarm.get("MetricName")}])
            yield sum("MetricStat" in metric for metric in metrics)

    def dashboard_metrics(self):
        """Metrics of the alarm widget among them: each alarm reads its own."""
        body = json.dumps(self.of_type("AWS::CloudWatch::Dashboard"))
        return len(re.findall(r"\[\s*\\*\"(?:AWS/|\.\\|\.\.\.\\)", body)) + sum(self.alarm_metrics())


def money(value):
    return f"{value:.2f}"


def number(value):
    return f"{value:g}"


def milliseconds(call):
    return OWN_MS + DATABASE_CALL_MS * call["calls"]


def cost(template, prices, call):
    """What a million of it costs, by parts."""

    def price(name):
        return prices[name]["price"]

    is_request = "route" in call
    database = call["read_units"] * price("read_units") + call["write_units"] * price("write_units")
    # For a million calls: 1000 seconds for each millisecond.
    seconds = 1000 * milliseconds(call) * template.memory_gb
    compute = price("invocations") + seconds * price("gb_seconds")
    gateway = math.ceil(call["answer_bytes"] / REQUEST_UNIT) * price("http_requests") if is_request else 0
    lines = call["log_bytes"] + LINE_OVERHEAD + (template.access_line if is_request else 0)
    # For a million calls: a GB for each 1000 bytes.
    logs = lines / 1000 * price("log_ingestion")
    out = call["answer_bytes"] / 1000 * price("data_out") if is_request else 0
    return [database, compute, gateway, logs, out]


def title(call):
    route = call.get("route") or call["function"]
    if route == "$default":
        return "`any other path`"
    return f"`{route}`" + (f", {call['variant']}" if call["variant"] else "")


def calls(template, prices, units):
    yield "| a million of | read units | write units | ms | database | Lambda | HTTP API | logs | data out | **sum** |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for call in units["calls"] + units["background"]:
        parts = cost(template, prices, call)
        cells = [title(call), number(call["read_units"]), number(call["write_units"]), str(milliseconds(call))]
        yield "| " + " | ".join(cells + [money(part) for part in parts] + [f"**{money(sum(parts))}**"]) + " |"


def access(units):
    yield "| route or function | case | trips | calls | read units | write units |"
    yield "|---|---|--:|--:|--:|--:|"
    before = None
    for call in units["calls"] + units["background"]:
        route = call.get("route") or call["function"]
        name = "…" if route == before else "any other path" if route == "$default" else f"`{route}`"
        before = route
        variant = "" if route == "$default" else call["variant"]
        cells = [name, variant, *(number(call[key]) for key in ("trips", "calls", "read_units", "write_units"))]
        yield "| " + " | ".join(cells) + " |"


def day(template, prices, units):
    known = {(call.get("route") or call["function"], call["variant"]): call for call in units["calls"] + units["background"]}
    yield f"| {PAIRS:,} pairs, {DAYS} days | a day and pair | millions | a million | **sum** |"
    yield "|---|--:|--:|--:|--:|"
    total = 0
    for count, route, variant in DAY:
        call = known[route, variant]
        million, each = count * PAIRS * DAYS / 1_000_000, sum(cost(template, prices, call))
        total += million * each
        yield f"| {title(call)} | {count} | {number(million)} | {money(each)} | **{money(million * each)}** |"
    yield f"| **sum** | | | | **{money(total)}** |"


def idle(template, prices):
    def rows():
        alarms = list(template.alarm_metrics())
        dashboards = len(template.of_type("AWS::CloudWatch::Dashboard"))
        seconds = RUNS * (IDLE_RUN_MS + START_MS) / 1000 * template.memory_gb
        million = RUNS / 1_000_000
        yield f"alarms: {len(alarms)}, which read {sum(alarms)} metrics", "alarm_metrics", sum(alarms)
        yield "the metric `MissedPurges`", "custom_metrics", 1
        metrics = template.dashboard_metrics()
        too_many = ", too many to be free" if metrics > 50 else ""
        yield f"the dashboard, with {metrics} metrics{too_many}", "dashboards", dashboards
        yield f"reconcile: {RUNS:,} runs, by the schedule", "schedules", million
        yield "… their invocations", "invocations", million
        yield "… their time, each with a start of its own", "gb_seconds", seconds
        yield "… their reads: 1.5 each, 0.5 for the warm-up", "read_units", 2 * million
        yield "… their log lines", "log_ingestion", RUNS * IDLE_LINES / 1e9
        keys = len(template.of_type("AWS::KMS::Key"))
        yield "with `AlarmEmail`: the topic's key", "keys", keys

    yield "| each month | how many | at the list price | after the free allowance |"
    yield "|---|--:|--:|--:|"
    sums = [0, 0]
    for name, item, count in rows():
        price = prices[item]
        paid = max(0, count - price.get("free", 0))
        costs = [count * price["price"], paid * price["price"]]
        if item != "keys":
            sums = [old + new for old, new in zip(sums, costs, strict=True)]
        yield f"| {name} | {count:,.6g} | {money(costs[0])} | {money(costs[1])} |"
    yield f"| **sum, without `AlarmEmail`** | | **{money(sums[0])}** | **{money(sums[1])}** |"


def price_list(content):
    yield "| | USD | per | free each month |"
    yield "|---|--:|---|---|"
    for item in content["prices"].values():
        price = f"{item['price']:.10f}".rstrip("0")
        price = money(item["price"]) if len(price.split(".")[1]) < 2 else price
        host = item["page"].split("/")[3]
        free = f"{item['free']:,}" if "free" in item else ""
        yield f"| [{host}]({item['page']}) | {price} | {item['per']} | {free} |"


def replaced(text, name, lines):
    block = re.compile(rf"(<!-- {name}: .*? -->\n).*?(<!-- end -->)", re.DOTALL)
    if not block.search(text):
        raise SystemExit(f"a document has lost its block {name}")
    return block.sub(lambda found: f"{found[1]}\n" + "\n".join(lines) + f"\n\n{found[2]}", text)


def settled(path, old, new):
    """Whether the document says what comes out. With `--write` it does afterwards."""
    if "--write" in sys.argv:
        path.write_text(new)
    elif new != old:
        was, is_now = old.splitlines(), new.splitlines()
        print("\n".join(f"- {line}" for line in was if line not in is_now))
        print("\n".join(f"+ {line}" for line in is_now if line not in was))
        print(f"{path.relative_to(ROOT)} is not what comes out: python3 .ci/check_costs.py --write")
        return False
    return True


def main():
    template = Template()
    content = json.loads((ROOT / "docs" / "prices.json").read_text())
    units = json.loads((ROOT / "docs" / "units.json").read_text())
    missing = sorted(set(template.routes()) - {call["route"] for call in units["calls"]})
    gone = sorted({call["route"] for call in units["calls"]} - set(template.routes()))
    if missing or gone:
        print(f"docs/units.json has no units for {missing}, and some for {gone}, which the template does not have.")
        print("Add a case to .ci/measure_units.py and run it; its first lines say how.")
        return 1
    old = COST.read_text()
    text = replaced(old, "calls", calls(template, content["prices"], units))
    text = replaced(text, "day", day(template, content["prices"], units))
    text = replaced(text, "idle", idle(template, content["prices"]))
    text = replaced(text, "prices", price_list(content))
    text = re.sub(r"prices of \d{4}-\d\d-\d\d", f"prices of {content['date']}", text)
    model = DATA_MODEL.read_text()
    # Both, so that one run tells all.
    if not all([settled(COST, old, text), settled(DATA_MODEL, model, replaced(model, "access", access(units)))]):
        return 1
    print(f"the costs of {len(units['calls'])} calls, at prices of {content['date']}")
    return 0


sys.exit(main())
