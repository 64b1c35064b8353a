//! The SAM template: what is deployed, and so what runs here.

mod cors;
mod events;
mod filter;
mod function;
mod intrinsics;
mod parameters;
mod resource;
mod table;
mod yaml;

use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use cors::Cors;
pub use events::{Events, Route, Schedule, StartingPosition, StreamMapping};
pub use filter::Pattern;
pub use function::Function;
pub use parameters::Parameters;
pub use table::Table;
pub use yaml::parse as parse_yaml;

use intrinsics::Resolver;
use resource::{API, BUCKET, FUNCTION, TABLE};

/// A template with every intrinsic function resolved for this machine.
#[derive(Debug, Clone)]
pub struct Template {
    /// The functions, ordered by their logical ids.
    pub functions: Vec<Function>,
    /// The one table.
    pub table: Table,
    /// The names of the buckets in the functions' environment. Other buckets are for AWS's own services, which do not
    /// run here.
    pub buckets: Vec<String>,
    /// What web pages of other origins may do at the API, if anything.
    pub cors: Option<Cors>,
    /// The rules of these buckets for such pages.
    pub bucket_cors: Vec<Cors>,
    /// What the template asks for and the local machine does not do.
    pub warnings: Vec<String>,
}

impl Template {
    /// Reads a SAM template. Its parameters have their defaults.
    pub fn load(path: &Path) -> Result<Self> {
        Self::load_with(path, &Parameters::new())
    }

    /// Reads a SAM template with values for some of its parameters.
    pub fn load_with(path: &Path, parameters: &Parameters) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
        Self::parse_with(&text, parameters).with_context(|| path.display().to_string())
    }

    /// Reads a SAM template from its text. Its parameters have their defaults.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_with(text, &Parameters::new())
    }

    fn parse_with(text: &str, parameters: &Parameters) -> Result<Self> {
        let template = yaml::parse(text)?;
        let resolver = Resolver::new(&template, parameters)?;
        let mut warnings = Vec::new();
        let mut functions: Vec<Function> = Vec::new();
        let mut tables = Vec::new();
        let mut buckets = Vec::new();
        let mut cors = None;
        let resources = template["Resources"]
            .as_object()
            .context("there are no Resources")?;
        for (logical_id, resource) in resources {
            if !resolver.exists(resource)? {
                continue;
            }
            let properties = &resource["Properties"];
            match resource["Type"].as_str() {
                Some(API) => {
                    let own = Cors::of_api(properties, &resolver);
                    if let Some(own) = own.with_context(|| format!("the API {logical_id}"))? {
                        ensure!(cors.replace(own).is_none(), "two APIs have a CorsConfiguration");
                    }
                }
                Some(FUNCTION) => functions.push(
                    Function::parse(
                        logical_id,
                        resource,
                        &template["Globals"]["Function"],
                        &resolver,
                        &mut warnings,
                    )
                    .with_context(|| format!("the function {logical_id}"))?,
                ),
                Some(TABLE) => tables.push(
                    Table::parse(logical_id, properties, &resolver)
                        .with_context(|| format!("the table {logical_id}"))?,
                ),
                Some(BUCKET) => {
                    let name = resolver.physical_id(logical_id)?;
                    let rules = Cors::of_bucket(properties, &resolver);
                    buckets.push((name, rules.with_context(|| format!("the bucket {logical_id}"))?));
                }
                _ => {}
            }
        }
        ensure_distinct(&functions)?;
        buckets.retain(|(bucket, _)| {
            functions
                .iter()
                .any(|function| function.environment.values().any(|value| value == bucket))
        });
        let (buckets, bucket_cors): (_, Vec<_>) = buckets.into_iter().unzip();
        let [table] = <[Table; 1]>::try_from(tables).map_err(|tables| {
            anyhow::anyhow!(
                "the local machine runs templates with one table, and this one has {}",
                tables.len()
            )
        })?;
        Ok(Self {
            functions,
            table,
            buckets,
            cors,
            bucket_cors: bucket_cors.concat(),
            warnings,
        })
    }
}

fn ensure_distinct(functions: &[Function]) -> Result<()> {
    for (index, function) in functions.iter().enumerate() {
        for other in &functions[..index] {
            ensure!(
                function.name != other.name,
                "{} and {} have the same CodeUri",
                other.logical_id,
                function.logical_id
            );
            for route in &function.events.routes {
                ensure!(
                    !other.events.routes.contains(route),
                    "{} and {} both have the route {route}",
                    other.logical_id,
                    function.logical_id
                );
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"
Parameters:
  Level: { Type: String, Default: DEBUG }
  Origins: { Type: String, Default: "" }
Conditions:
  HasOrigins: !Not [!Equals [!Ref Origins, ""]]
Globals:
  Function:
    Timeout: 10
    MemorySize: 256
    LoggingConfig: { LogFormat: JSON }
    Environment: { Variables: { TABLE_NAME: !Ref Table, A: global } }
Resources:
  Media:
    Type: AWS::S3::Bucket
    Properties:
      CorsConfiguration: !If
        - HasOrigins
        - CorsRules: [{ AllowedMethods: [GET], AllowedOrigins: !Split [",", !Ref Origins], MaxAge: 5 }]
        - !Ref AWS::NoValue
  Leftovers: { Type: AWS::S3::Bucket }
  Api:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: !If
        - HasOrigins
        - { AllowOrigins: !Split [",", !Ref Origins], AllowHeaders: [a], ExposeHeaders: [b, c] }
        - !Ref AWS::NoValue
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
      TimeToLiveSpecification: { AttributeName: expires_at, Enabled: true }
  Get:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/things-get/
      Timeout: 5
      Environment: { Variables: { A: own, B: !Sub "${Level}!", C: 7, D: !Ref Media } }
      LoggingConfig: { ApplicationLogLevel: !Ref Level }
      Events:
        Route: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: get, Path: "/things/{id}" } }
  Fallback:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: target/lambda/fallback/
      Events:
        Route: { Type: HttpApi, Properties: { ApiId: !Ref Api } }
        Tick: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(5 minutes) } }
        Stream:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            FunctionResponseTypes: [ReportBatchItemFailures]
            FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["INSERT"]}' }] }
        Mail: { Type: SNS, Properties: { Topic: x } }
"#;

    #[test]
    fn globals_are_merged_and_references_resolved() {
        let template = Template::parse(TEMPLATE).unwrap();
        let get = &template.functions[1];
        assert_eq!(
            (get.name.as_str(), get.logical_id.as_str()),
            ("things-get", "Get")
        );
        assert_eq!((get.timeout.as_secs(), get.memory_size), (5, 256));
        let environment: Vec<_> = get.environment.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(
            environment,
            ["A=own", "B=DEBUG!", "C=7", "D=media", "TABLE_NAME=Table"]
        );
        assert_eq!(template.buckets, ["media"]);
        assert_eq!(get.log_format.as_deref(), Some("JSON"));
        assert_eq!(get.log_level.as_deref(), Some("DEBUG"));
        assert_eq!(get.events.routes[0].to_string(), "GET /things/{id}");
    }

    #[test]
    fn what_pages_may_do_depends_on_a_parameter() {
        let template = Template::parse(TEMPLATE).unwrap();
        assert_eq!((template.cors, template.bucket_cors), (None, Vec::new()));
        let value = "https://a.example,https://b.example";
        let parameters = Parameters::from([("Origins".to_owned(), value.to_owned())]);
        let template = Template::parse_with(TEMPLATE, &parameters).unwrap();
        let cors = Cors {
            origins: ["https://a.example", "https://b.example"]
                .map(str::to_owned)
                .to_vec(),
            methods: Vec::new(),
            headers: vec!["a".to_owned()],
            exposed: vec!["b".to_owned(), "c".to_owned()],
            max_age: None,
        };
        let of_bucket = Cors {
            methods: vec!["GET".to_owned()],
            headers: Vec::new(),
            exposed: Vec::new(),
            max_age: Some(5),
            ..cors.clone()
        };
        assert_eq!(
            (template.cors, template.bucket_cors),
            (Some(cors), vec![of_bucket])
        );
        for (from, to, named) in [
            ("MaxAge: 5", "AllowCredentials: true", "AllowCredentials"),
            ("AllowHeaders: [a]", "AllowHeaders: ['*']", "`*`"),
        ] {
            let text = TEMPLATE.replace(from, to);
            let error = Template::parse_with(&text, &parameters).unwrap_err();
            assert!(format!("{error:#}").contains(named), "{error:#}");
        }
    }

    #[test]
    fn every_kind_of_event() {
        let template = Template::parse(TEMPLATE).unwrap();
        let events = &template.functions[0].events;
        assert_eq!(events.routes[0].to_string(), "$default");
        assert_eq!(events.schedules[0].period.as_secs(), 300);
        let mapping = &events.streams[0];
        assert_eq!(mapping.batch_size, 100);
        assert!(mapping.reports_item_failures);
        assert_eq!(mapping.filters.len(), 1);
        assert_eq!(template.warnings.len(), 1);
        assert!(template.warnings[0].contains("Mail"), "{:?}", template.warnings);
        assert_eq!(template.table.ttl_attribute.as_deref(), Some("expires_at"));
    }

    #[test]
    fn what_cannot_be_run_is_named() {
        for (from, to, named) in [
            ("rate(5 minutes)", "cron(0 9 * * ? *)", "cron"),
            (
                "Type: HttpApi, Properties: { ApiId: !Ref Api, Method",
                "Type: Api, Properties: { Method",
                "Route",
            ),
            (
                "target/lambda/fallback/",
                "target/lambda/things-get/",
                "same CodeUri",
            ),
            ("[\"INSERT\"]", "[{\"wildcard\": \"x\"}]", "wildcard"),
            ("!Ref Table, A", "!Ref Tabel, A", "Tabel"),
        ] {
            let text = TEMPLATE.replace(from, to);
            assert_ne!(text, TEMPLATE, "{from}");
            let message = format!("{:#}", Template::parse(&text).unwrap_err());
            assert!(message.contains(named), "{message}");
        }
    }
}
