//! Schedules of a fixed rate.

use std::sync::Arc;

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::aws;
use crate::logs::Logger;
use crate::runtime::{InvokeError, Runtime};
use crate::template::Schedule;

/// Invokes a function again and again, for the first time after one period.
pub(crate) async fn run(function: String, schedule: Schedule, runtime: Arc<Runtime>, logger: Logger) {
    loop {
        tokio::time::sleep(schedule.period).await;
        let payload = schedule
            .input
            .clone()
            .unwrap_or_else(|| event(&schedule).to_string());
        match runtime.invoke(&function, payload.into()).await {
            // The runtime logs a function's failure. The next period is the next try.
            Ok(_) => {}
            Err(InvokeError::Stopped) => return,
            Err(error) => logger.notice(
                &function,
                &format!("not invoked by its schedule {}: {error}", schedule.name),
            ),
        }
    }
}

/// The event of a schedule that has no input of its own:
/// <https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html>.
fn event(schedule: &Schedule) -> Value {
    let resource = match schedule.source {
        "aws.scheduler" => format!("scheduler:{}:{}:schedule/default", aws::REGION, aws::ACCOUNT_ID),
        _ => format!("events:{}:{}:rule", aws::REGION, aws::ACCOUNT_ID),
    };
    json!({
        "version": "0",
        "id": Uuid::new_v4().to_string(),
        "detail-type": "Scheduled Event",
        "source": schedule.source,
        "account": aws::ACCOUNT_ID,
        "time": OffsetDateTime::now_utc().replace_nanosecond(0).ok().and_then(|time| time.format(&Rfc3339).ok()),
        "region": aws::REGION,
        "resources": [format!("arn:aws:{resource}/{}", schedule.name)],
        "detail": {},
    })
}
