//! Lists of attachments and uploads in the `inbox` index, which may lag by about a second.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::model::{AttachmentId, Position};
use crate::store::error::Result;
use crate::store::table::{ReadStore, Row, attribute, decode};

impl ReadStore {
    /// Up to `limit` rows of a partition of the index beyond a position, in the direction of travel; newest first.
    pub(crate) async fn indexed<R: Row>(
        &self,
        partition: String,
        place: Position<AttachmentId>,
        limit: usize,
    ) -> Result<Vec<R>> {
        let mut values = HashMap::from([(":inbox".to_owned(), AttributeValue::S(partition))]);
        let mut names = HashMap::new();
        let condition = match place {
            Position::Start => "inbox = :inbox",
            Position::After(_) => "inbox = :inbox AND #rank < :rank",
            Position::Before(_) => "inbox = :inbox AND #rank > :rank",
        };
        if let Position::After(rank) | Position::Before(rank) = place {
            values.insert(":rank".to_owned(), attribute(rank)?);
            names.insert("#rank".to_owned(), "rank".to_owned());
        }
        let (mut found, mut start) = (Vec::new(), None);
        while found.len() < limit {
            let output = self
                .client
                .query()
                .table_name(&*self.table)
                .index_name("inbox")
                .key_condition_expression(condition)
                .set_expression_attribute_values(Some(values.clone()))
                .set_expression_attribute_names(Some(names.clone()).filter(|names| !names.is_empty()))
                .scan_index_forward(place.is_backwards())
                .limit(i32::try_from(limit - found.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await?;
            for item in output.items.unwrap_or_default() {
                found.push(decode(item)?);
            }
            start = output.last_evaluated_key;
            if start.is_none() {
                break;
            }
        }
        Ok(found)
    }
}
