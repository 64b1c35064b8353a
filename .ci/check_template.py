"""What has to hold of the template as AWS gets it, when SAM has made plain CloudFormation of it.

`check_template.py FILE` writes that CloudFormation to FILE, for other tools to look at. AWS is not asked for anything.
"""

import json
import re
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).resolve().parent.parent

BOUNDARY = "FunctionBoundary"
# SAM attaches them. They hold for every log and stream of the account: the boundary is what narrows them.
ATTACHED = re.compile(r"arn:[\w-]+:iam::aws:policy/service-role/AWSLambda(Basic|DynamoDB)ExecutionRole")
# What a statement may name: a resource of the stack, its index, what is in the bucket or in a folder of it, any stream of
# the table.
RESOURCE = re.compile(r"\$\{(\w+)\.Arn\}(/index/\w+|/stream/\*|/(?:[a-z]+/)?\*)?")
# The partitions of the table that a statement is for. A pattern ends where the ids begin.
KEYS = "dynamodb:LeadingKeys"
PARTITION = re.compile(r"[A-Z]+(#\*)?")
TOKENS = "TOKEN#*"
CATALOG = {"CATALOG", "CATALOG#*"}
# `serve` looks every caller's token up by itself. Nobody else has anything to do with the rows of tokens.
TOKEN_LOOKUP = "dynamodb:GetItem"
MAY_DO_WITH_TOKENS = {
    "TokensCreateRole": {"dynamodb:PutItem"},
    "TokensRevokeRole": {"dynamodb:BatchGetItem", "dynamodb:DeleteItem"},
    "ReconcileRole": {"dynamodb:BatchGetItem"},
}
MAY_DO_WITH_TOKENS[BOUNDARY] = set.union(*MAY_DO_WITH_TOKENS.values())
# The functions of the catalogue, which read it and nothing else.
OF_CATALOG = re.compile(r"(Sounds|Playlists|Themes)[A-Z]\w*Role")
# What Lambda itself does, and gives the objects names of its own. Functions name the folder.
WHOLE_BUCKET = {("s3:PutObject", "${FailedRecords.Arn}/*")}
READS_EVERYTHING = {"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:ExportTableToPointInTime"}
# Whoever looks whether the whole table fits together, for an operator, and what caps everybody.
MAY_SCAN = {"ReconcileRole", BOUNDARY}
NAMES = {
    "AWS::ApiGatewayV2::Api": "Name",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::QueryDefinition": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::Scheduler::Schedule": "Name",
}
# What nobody may lose by accident. `...` stands for any value.
REQUIRED = {
    "AWS::DynamoDB::Table": {
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": True,
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "TimeToLiveSpecification": {"AttributeName": "kept_until", "Enabled": True},
    },
    "AWS::Lambda::EventSourceMapping": {
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": ...}},
        "FilterCriteria": ...,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumRecordAgeInSeconds": ...,
        "MaximumRetryAttempts": ...,
    },
    "AWS::Lambda::Function": {
        "Architectures": [{"Ref": "Architecture"}],
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": ..., "ApplicationLogLevel": {"Ref": "LogLevel"}},
        "MemorySize": 256,
        "Runtime": "provided.al2023",
    },
    "AWS::Lambda::Permission": {"SourceArn": ...},
    "AWS::Logs::LogGroup": {"RetentionInDays": ...},
    "AWS::S3::Bucket": {
        "BucketEncryption": ...,
        "LifecycleConfiguration": ...,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    },
    "AWS::SNS::Topic": {"KmsMasterKeyId": ...},
    "AWS::CloudWatch::Alarm": {"AlarmActions": ..., "AlarmDescription": ..., "OKActions": ..., "TreatMissingData": ...},
}
# What makes a lifecycle rule one for some objects only.
FOR_SOME_OBJECTS = {"Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"}
MOST_ALARMS = 10
# API Gateway waits for no longer, in seconds.
LONGEST_REQUEST = 30


def translated():
    template = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # Where it will have been uploaded to.
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return Translator({}, Parser()).translate(template, {})


def text(value):
    """A value with its references in the form of Fn::Sub."""
    match value:
        case str():
            # What SAM writes where only a name can be given.
            return re.sub(r"arn:\$\{AWS::Partition\}:s3:::\$\{(\w+)\}", r"${\1.Arn}", value)
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": pattern}:
            return text(pattern)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(text(part) for part in parts)
    return json.dumps(value)


def several(value):
    return value if isinstance(value, list) else [value]


def statements(resource):
    """The statements of every policy document that the resource holds."""
    properties = resource.get("Properties") or {}
    documents = [properties.get(key) for key in ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument")]
    documents += [policy["PolicyDocument"] for policy in several(properties.get("Policies", []))]
    for document in filter(None, documents):
        yield from several(document["Statement"])


def permissions(resource):
    """What is allowed: action, resource, condition."""
    for statement in statements(resource):
        if statement["Effect"] == "Allow" and "Resource" in statement:
            for action in several(statement["Action"]):
                for name in several(statement["Resource"]):
                    yield action, text(name), statement.get("Condition")


def leading_keys(condition):
    """The patterns of partitions, where the condition names them and says nothing else."""
    match condition:
        case {"ForAllValues:StringLike": patterns} if len(condition) == 1 and patterns.keys() == {KEYS}:
            return set(several(patterns[KEYS]))
    return None


def table_problems(name, action, condition):
    """What a statement on the table itself may not allow."""
    if action == "dynamodb:Scan":
        # It names no partition, and a condition on all of none holds.
        if condition:
            yield f"{name} allows {action} under a condition that holds for every scan"
        return
    keys = leading_keys(condition)
    if keys is None:
        yield f"{name} allows {action} on every row: give it a condition on {KEYS} alone"
        return
    yield from (f"{name} allows {action} on {key}: name the partition" for key in keys if not PARTITION.fullmatch(key))
    if action == TOKEN_LOOKUP:
        if keys != {TOKENS}:
            yield f"{name} allows {action} on more than tokens: the store reads with BatchGetItem"
    elif TOKENS in keys and action not in MAY_DO_WITH_TOKENS.get(name, ()):
        yield f"{name} allows {action} on {TOKENS}"
    elif OF_CATALOG.fullmatch(name) and not keys <= CATALOG:
        yield f"{name} allows {action} on {sorted(keys - CATALOG)}, which are not the catalogue's"


def policy_problems(name, resource, resources):
    for statement in statements(resource):
        if statement["Effect"] != "Allow":
            continue
        if unknown := statement.keys() - {"Sid", "Effect", "Action", "Resource", "Principal", "Condition"}:
            yield f"{name} allows what {sorted(unknown)} leaves open"
        if statement.get("Principal") in ("*", {"AWS": "*"}):
            yield f"{name} allows something to everybody"
    if resource["Type"] == "AWS::KMS::Key":
        # A key's policy can name no other resource, and must leave the key to its account.
        yield from key_problems(name, resource)
        return
    for action, target, condition in permissions(resource):
        if "*" in action:
            yield f"{name} allows {action}: name the actions"
        if action in READS_EVERYTHING and (action != "dynamodb:Scan" or name not in MAY_SCAN):
            yield f"{name} allows {action}: read by key"
        if target == "${Table.Arn}":
            yield from table_problems(name, action, condition)
        if target.endswith(".Arn}/*") and (action, target) not in WHOLE_BUCKET:
            yield f"{name} allows {action} on {target}: name the folder"
        named = RESOURCE.fullmatch(target)
        if not named or named[1] not in resources:
            yield f"{name} allows {action} on {target}, which is no resource of the stack"


def key_problems(name, key):
    """A service works for every account under one name: a key must say for whose resources."""
    for statement in statements(key):
        if "Service" in statement["Principal"]:
            condition = statement.get("Condition", {})
            if condition.get("StringEquals", {}).get("aws:SourceAccount") != {"Ref": "AWS::AccountId"}:
                yield f"{name} lets {statement['Principal']['Service']} use it for any account"
            if ":${AWS::AccountId}:" not in text(condition.get("ArnLike", {}).get("aws:SourceArn", "")):
                yield f"{name} lets {statement['Principal']['Service']} use it for any resource"


def role_problems(name, role, boundary):
    properties = role["Properties"]
    attached = [arn for arn in map(text, properties.get("ManagedPolicyArns", [])) if not ATTACHED.fullmatch(arn)]
    if attached:
        yield f"{name} has the managed policies {attached}: write down what it may do"
    if "PermissionsBoundary" not in properties:
        if properties.get("ManagedPolicyArns"):
            yield f"{name} has no boundary"
    elif properties["PermissionsBoundary"] != {"Ref": BOUNDARY}:
        yield f"{name} has another boundary than {BOUNDARY}"
    else:
        for action, target, condition in permissions(role):
            if (action, target, condition) not in boundary:
                yield f"{name} may not do {action} on {target}: {BOUNDARY} does not have it"


def boundary_problems(resources, boundary):
    """It allows nothing that the table's users don't ask for."""
    used = [permission for name, role in of_type(resources, "AWS::IAM::Role") for permission in permissions(role)]
    for permission in boundary:
        action, target, _ = permission
        if permission not in used and not target.endswith("/stream/*") and not action.startswith("logs:"):
            yield f"{BOUNDARY} has {action} on {target}, which no function uses"


def missing(required, given, path=""):
    for key, value in required.items():
        where = f"{path}{key}"
        if given.get(key) is None:
            yield f"has no {where}"
        elif isinstance(value, dict) and isinstance(given[key], dict) and "Ref" not in value:
            yield from missing(value, given[key], f"{where}.")
        elif value is not ... and given[key] != value:
            yield f"has {where} = {text(given[key])}, not {text(value)}"


def of_type(resources, kind):
    return [(name, resource) for name, resource in resources.items() if resource["Type"] == kind]


def bucket_problems(resources):
    tls_only = set()
    for _, policy in of_type(resources, "AWS::S3::BucketPolicy"):
        for statement in statements(policy):
            denies_all = (statement["Effect"], statement.get("Principal"), statement["Action"]) == ("Deny", "*", "s3:*")
            if denies_all and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
                tls_only.update(map(text, several(statement["Resource"])))
    for name, bucket in of_type(resources, "AWS::S3::Bucket"):
        properties = bucket["Properties"]
        if not {f"${{{name}.Arn}}", f"${{{name}.Arn}}/*"} <= tls_only:
            yield f"{name} can be reached without TLS"
        rules = properties["LifecycleConfiguration"]["Rules"]
        rules = [rule for rule in rules if rule["Status"] == "Enabled" and not rule.keys() & FOR_SOME_OBJECTS]
        needed = {"AbortIncompleteMultipartUpload": "parts of uploads that were given up"}
        if properties.get("VersioningConfiguration", {}).get("Status") == "Enabled":
            needed["NoncurrentVersionExpiration"] = "old versions"
            needed["ExpiredObjectDeleteMarker"] = "marks of what was deleted"
        for key, what in needed.items():
            if not any(rule.get(key) for rule in rules):
                yield f"{name} keeps {what} for ever"


def api_problems(resources):
    for name, stage in of_type(resources, "AWS::ApiGatewayV2::Stage"):
        given = stage["Properties"]
        yield from (
            f"{name} {problem}"
            for problem in missing(
                {
                    "AccessLogSettings": {"DestinationArn": ..., "Format": ...},
                    "DefaultRouteSettings": {"ThrottlingBurstLimit": ..., "ThrottlingRateLimit": ...},
                },
                given,
            )
        )
        for key, value in json.loads(given["AccessLogSettings"]["Format"]).items():
            if re.search("header|author|query|path|userAgent", value, re.IGNORECASE):
                yield f"{name} logs {key} = {value}, which a caller wrote"
    functions = {}
    for name, api in of_type(resources, "AWS::ApiGatewayV2::Api"):
        # Where OpenAPI 3 has it for HTTP APIs.
        servers = api["Properties"]["Body"].get("servers", [])
        endpoints = [server.get("x-amazon-apigateway-endpoint-configuration", {}) for server in servers]
        if {"disableExecuteApiEndpoint": {"Fn::If": ["HasDomain", True, False]}} not in endpoints:
            yield f"{name} answers at AWS's address beside its own domain"
        for path, methods in api["Properties"]["Body"]["paths"].items():
            for method, operation in methods.items():
                integration = operation["x-amazon-apigateway-integration"]
                functions[re.search(r"\$\{(\w+)\.Arn\}", text(integration["uri"]))[1]] = f"{method} {path}"
                if integration["payloadFormatVersion"] != "2.0":
                    yield f"{name} sends {method} {path} in another payload format than 2.0"
    for name, route in functions.items():
        if resources[name]["Properties"]["Timeout"] >= LONGEST_REQUEST:
            yield f"{name} may take longer than API Gateway waits for {route}"


def alarm_problems(resources):
    alarms = {name for name, _ in of_type(resources, "AWS::CloudWatch::Alarm")}
    if len(alarms) > MOST_ALARMS:
        yield f"there are {len(alarms)} alarms: keep the {MOST_ALARMS} that matter"
    for name, dashboard in of_type(resources, "AWS::CloudWatch::Dashboard"):
        widgets = json.loads(text(dashboard["Properties"]["DashboardBody"]))["widgets"]
        shown = {text(arn)[2:-5] for widget in widgets for arn in widget["properties"].get("alarms", [])}
        yield from (f"{name} does not show {alarm}" for alarm in sorted(alarms - shown))


def problems(resources):
    boundary = list(permissions(resources[BOUNDARY]))
    for name, resource in resources.items():
        kind, properties = resource["Type"], resource.get("Properties") or {}
        yield from policy_problems(name, resource, resources)
        if kind == "AWS::IAM::Role":
            yield from role_problems(name, resource, boundary)
        if NAMES.get(kind) in properties:
            yield f"{name} has the name {text(properties[NAMES[kind]])}: a second stack could not be made"
        yield from (f"{name} {problem}" for problem in missing(REQUIRED.get(kind, {}), properties))
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            if not skip.get("comment"):
                yield f"{name} skips {skip['id']} without a reason"
        if kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket") and resource.get("DeletionPolicy") != "Retain":
            yield f"{name} would be deleted with the stack"
    yield from boundary_problems(resources, boundary)
    yield from bucket_problems(resources)
    yield from api_problems(resources)
    yield from alarm_problems(resources)


def main():
    template = translated()
    Path(sys.argv[1]).write_text(json.dumps(template, indent=1))
    resources = template["Resources"]
    found = list(problems(resources))
    print("\n".join([*found, f"{len(resources)} resources, {len(found)} problems"]))
    return 1 if found else 0


sys.exit(main())
