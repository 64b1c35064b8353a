use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Result<FaultSpec, String> {
    text.parse::<FaultSpec>().map_err(|error| error.to_string())
}

#[test]
fn every_kind() {
    let spec = parse(
        "throttle=5%, conflict:TransactWriteItems=0.5%,internal=1%,lose_reply:TransactWriteItems:messages-create=#3,\
         unprocessed:BatchGetItem=10%,delay=20ms@10%,delay:Query=2s,kill:changes=1%,kill_after=1%,stream_twice=10%,\
         stream_late:changes=2s@10%,index_lag=500ms,torn_transactions=50ms,seed=42",
    )
    .unwrap();
    let millis = Duration::from_millis;
    assert_eq!(
        spec.rules,
        [
            Rule::new(Fault::Throttle).percent(5.0),
            Rule::new(Fault::Conflict(None))
                .on("TransactWriteItems")
                .percent(0.5),
            Rule::new(Fault::Internal).percent(1.0),
            Rule::new(Fault::LoseReply)
                .on("TransactWriteItems")
                .of("messages-create")
                .after(2)
                .times(1),
            Rule::new(Fault::Unprocessed).on("BatchGetItem").percent(10.0),
            Rule::new(Fault::Delay(millis(20))).percent(10.0),
            Rule::new(Fault::Delay(millis(2000))).on("Query"),
            Rule::new(Fault::Kill(Moment::Before)).of("changes").percent(1.0),
            Rule::new(Fault::Kill(Moment::After)).percent(1.0),
            Rule::new(Fault::StreamTwice).percent(10.0),
            Rule::new(Fault::StreamLate(millis(2000)))
                .of("changes")
                .percent(10.0),
        ]
    );
    assert_eq!(spec.index_lag, Some(millis(500)));
    assert_eq!(spec.torn_transactions, Some(millis(50)));
    assert_eq!(spec.seed, Some(42));
}

#[test]
fn what_is_wrong_is_said() {
    for (text, reason) in [
        ("", "there is no value"),
        ("throttle", "there is no value"),
        ("throttle=5%,,", "``: there is no value"),
        (
            "throtle=5%",
            "`throtle=5%`: there is no such fault. The faults are throttle, conflict",
        ),
        ("throttle=5", "`5` says not when"),
        ("throttle=-1%", "`-1%` says not when"),
        ("throttle=NaN%", "`NaN%` says not when"),
        ("throttle=101%", "`101%` says not when"),
        ("throttle=#0", "after # comes a whole number from 1"),
        ("throttle=20ms@5%", "says not when"),
        (
            "throttle:Qery=5%",
            "there is no operation Qery. They are BatchGetItem",
        ),
        ("throttle:Query:Scan=5%", "two operations"),
        ("throttle:a:b=5%", "two functions"),
        ("throttle:=5%", "a name is missing"),
        ("conflict:Query=5%", "conflict never happens to Query"),
        ("unprocessed:GetItem=5%", "unprocessed never happens to GetItem"),
        ("stream_twice:Query=5%", "stream_twice never happens to Query"),
        ("delay=5%", "`5%` is no time"),
        ("delay=20@5%", "`20` is no time"),
        ("delay=2h", "`2h` is no time"),
        ("delay=3601s", "`3601s` is no time of at most an hour"),
        ("index_lag=5%", "`5%` is no time"),
        ("index_lag=1s,index_lag=2s", "it is given twice"),
        ("seed=x", "a seed is a whole number"),
    ] {
        let message = parse(text).unwrap_err();
        assert!(message.contains(reason), "{text}: {message}");
    }
}

fn any_time() -> impl Strategy<Value = Duration> {
    (0..=3_600_000_u64).prop_map(Duration::from_millis)
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let fault = prop_oneof![
        Just(Fault::Throttle),
        Just(Fault::Conflict(None)),
        Just(Fault::Internal),
        Just(Fault::LoseReply),
        Just(Fault::Unprocessed),
        any_time().prop_map(Fault::Delay),
        Just(Fault::Kill(Moment::Before)),
        Just(Fault::Kill(Moment::After)),
        Just(Fault::StreamTwice),
        any_time().prop_map(Fault::StreamLate),
    ];
    let function = proptest::option::of("[a-z][a-z0-9-]{0,20}");
    let operation = proptest::option::of(proptest::sample::select(&OPERATIONS[..]));
    let when = prop_oneof![(0.0..=100.0).prop_map(Ok), (0..1000_usize).prop_map(Err),];
    (fault, operation, function, when).prop_map(|(fault, operation, function, when)| {
        let mut rule = Rule::new(fault);
        if let Some(operation) = operation.filter(|operation| rule.fault.happens_to(operation)) {
            rule = rule.on(operation);
        }
        if let Some(function) = function {
            rule = rule.of(function);
        }
        match when {
            Ok(percent) => rule.percent(percent),
            Err(after) => rule.after(after).times(1),
        }
    })
}

proptest! {
    #[test]
    fn what_is_shown_is_what_was_given(
        rules in proptest::collection::vec(any_rule(), 1..8),
        index_lag in proptest::option::of(any_time()),
        torn_transactions in proptest::option::of(any_time()),
        seed in proptest::option::of(any::<u64>()),
    ) {
        let spec = FaultSpec { rules, index_lag, torn_transactions, seed };
        prop_assert_eq!(parse(&spec.to_string()), Ok(spec));
    }

    #[test]
    fn whatever_is_given_is_understood_or_refused_with_a_reason(text in "[a-zQ:=@#%,0-9. ]{0,40}") {
        match parse(&text) {
            Ok(spec) => prop_assert_eq!(parse(&spec.to_string()), Ok(spec)),
            Err(message) => prop_assert!(message.contains("`: ") && message.len() > 20, "{}", message),
        }
    }
}
