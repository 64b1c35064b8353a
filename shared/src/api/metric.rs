//! Custom metrics. Each costs about as much as a million requests, so each exists only because no AWS metric has the
//! same information.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;

/// Logs a count in CloudWatch's embedded metric format, with the function as dimension:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
pub fn count(name: &str, value: usize) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let function = std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
    let metrics = json!([{
        "Namespace": "Protocol",
        "Dimensions": [["FunctionName"]],
        "Metrics": [{ "Name": name, "Unit": "Count" }],
    }]);
    let line = json!({
        "_aws": { "Timestamp": now.as_secs() * 1000, "CloudWatchMetrics": metrics },
        "FunctionName": function,
        name: value,
    });
    println!("{line}");
}
