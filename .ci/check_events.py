"""events/ holds exactly one sample event for each function of the template, and each fits what invokes it."""

import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


class Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions as their arguments."""


def argument(loader, _, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node)


Loader.add_multi_constructor("!", argument)


def functions():
    """The events of every function, by the name of its binary."""
    resources = yaml.load((ROOT / "template.yaml").read_text(), Loader)["Resources"]
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            yield Path(properties["CodeUri"]).name, list(properties.get("Events", {}).values())


def route(properties):
    return f"{properties['Method']} {properties['Path']}" if "Path" in properties else "$default"


def problem(sample, events):
    kinds = {event["Type"] for event in events}
    if "HttpApi" in kinds:
        routes = [route(event["Properties"]) for event in events]
        if sample.get("version") != "2.0" or sample.get("routeKey") not in routes:
            return f"is not a request (payload 2.0) of {' or '.join(routes)}"
        authorization = sample["headers"].get("authorization", "")
        if authorization != "Bearer ptc_REPLACE-WITH-A-TOKEN":
            return "must hold the placeholder for a token, and no token"
    if "DynamoDB" in kinds and not all("dynamodb" in record for record in sample.get("Records", [{}])):
        return "holds no stream records"
    if "ScheduleV2" in kinds and sample.get("source") != "aws.scheduler":
        return "is not what the scheduler sends"
    return None


def main():
    expected = dict(functions())
    samples = {path.stem: path for path in (ROOT / "events").iterdir()}
    problems = [f"events/{name}.json is missing" for name in sorted(expected.keys() - samples.keys())]
    problems += [f"events/{samples[name].name} is of no function" for name in sorted(samples.keys() - expected.keys())]
    for name in sorted(expected.keys() & samples.keys()):
        if reason := problem(json.loads(samples[name].read_text()), expected[name]):
            problems.append(f"events/{name}.json {reason}")
    print("\n".join([*problems, f"{len(expected)} functions, {len(problems)} problems"]))
    return 1 if problems else 0


sys.exit(main())
