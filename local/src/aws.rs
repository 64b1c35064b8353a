//! The names that stand for AWS on this machine.

/// The region that functions see. It appears in ARNs and signatures only: nothing leaves the machine.
pub(crate) const REGION: &str = "us-east-1";

/// The account that functions see.
pub(crate) const ACCOUNT_ID: &str = "000000000000";

/// Lambda's quota for a synchronous invocation's payload, and for its answer: 6 MB and some room.
pub(crate) const PAYLOAD_LIMIT: usize = 6_291_556;

/// The ARN of a function.
pub(crate) fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{name}")
}
