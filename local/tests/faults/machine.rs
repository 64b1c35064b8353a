//! Whose calls they are, and what goes wrong with functions and the stream.

use std::time::{Duration, Instant};

use local::{Fault, Faults, Moment, Rule};
use serde_json::json;

use crate::common::{self, Fixture};
use crate::{Faulty, get, key, put, spec};

#[tokio::test]
async fn a_script_strikes_the_calls_that_it_names() {
    let faults = Faults::new(1).keeping_calls();
    let machine = Faulty::start(faults.clone()).await;
    let internal = Rule::new(Fault::Internal);
    faults.add(internal.clone().on("GetItem").of("echo").after(1).times(2));
    let calls: Vec<_> = (0..5).map(|_| json!(["GetItem", get("a")])).collect();
    let event = json!({"do": "call", "calls": calls});
    let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
    assert_eq!(statuses, json!([200, 500, 500, 200, 200]));
    let seen = faults.calls();
    assert!(seen.iter().all(|call| call.function.as_deref() == Some("echo")));
    assert!(
        seen.iter()
            .all(|call| call.operation == "GetItem" && call.body == get("a"))
    );
    let numbers: Vec<_> = seen.iter().map(|call| call.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);

    // In every invocation.
    faults.set(internal.at_call(2));
    for _ in 0..2 {
        let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
        assert_eq!(statuses, json!([200, 500, 200, 200, 200]));
    }
    // And nobody else's calls.
    faults.set(Rule::new(Fault::Internal).of("echo"));
    assert_eq!(machine.call("GetItem", &get("a")).await.0, 200);
}

#[tokio::test]
async fn a_function_is_killed_between_two_calls() {
    let faults = Faults::new(1);
    let machine = Faulty::start(faults.clone()).await;
    let calls: Vec<_> = ["a", "b", "c"].map(|sk| json!(["PutItem", put(sk)])).into();
    let event = json!({"do": "call", "calls": calls});
    for (moment, rows) in [(Moment::Before, vec!["a"]), (Moment::After, vec!["a", "b"])] {
        for sk in machine.rows().await {
            let delete = json!({"TableName": "Table", "Key": key(&sk)});
            machine.call("DeleteItem", &delete).await;
        }
        faults.set(Rule::new(Fault::Kill(moment)).of("echo").at_call(2).times(1));
        let error = machine.fixture.local.invoke("echo", &event).await.unwrap_err();
        assert_eq!(error.error_type, "Runtime.ExitError");
        assert!(error.error_message.contains("signal: 9"), "{error}");
        assert_eq!(machine.rows().await, rows);
        // The next invocation has another process.
        let statuses = machine.fixture.local.invoke("echo", &event).await.unwrap();
        assert_eq!(statuses, json!([200, 200, 200]));
    }
    // Whoever calls from elsewhere cannot be killed.
    faults.set(Rule::new(Fault::Kill(Moment::Before)));
    assert_eq!(machine.call("GetItem", &get("a")).await.0, 200);
    assert_eq!(faults.injected().values().sum::<usize>(), 2);
}

#[tokio::test]
async fn a_batch_of_the_stream_comes_twice_and_late() {
    let machine = Faulty::start(spec("stream_twice:records=#1,stream_late:records=40ms@#2")).await;
    let put_work = |sk: &str| machine.fixture.put("WORK", sk, false);
    put_work("first");
    machine.fixture.local.settle().await.unwrap();
    let since = Instant::now();
    put_work("second");
    machine.fixture.local.settle().await.unwrap();
    assert!(since.elapsed() >= Duration::from_millis(40));
    let took = machine.fixture.logged("records: took");
    assert_eq!(took, ["first", "first", "second"]);
    let said = machine.fixture.logged("records: injected fault:");
    assert_eq!(said, ["records come twice", "records come 40 ms late"]);
}

#[tokio::test]
async fn without_faults_there_is_no_layer() {
    let fixture = Fixture::start(|_| ()).await;
    let environment = fixture.local.invoke("echo", &json!({"do": "environment"})).await;
    let environment = environment.unwrap();
    assert_eq!(
        environment["AWS_ENDPOINT_URL_DYNAMODB"],
        fixture.local.database_url()
    );
    assert_eq!(environment["AWS_SDK_UA_APP_ID"], "echo");
}

#[tokio::test]
async fn a_function_that_does_not_exist_is_refused() {
    let mut options = local::Options::new(
        common::template(),
        local::Functions::Prebuilt(common::binaries().path().to_owned()),
    );
    options.faults = Some(spec("kill:nobody=1%"));
    let error = local::Local::start(options).await.err().unwrap();
    assert!(error.to_string().contains("does not have: nobody"), "{error}");
}
