//! The local machine with the binaries of this build, and the people on it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use dynoxide::ImportOptions;
use local::{Data, Delivery, Functions, Local, Options};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// A running machine.
pub(crate) struct Machine {
    pub(crate) local: Local,
    stream: Delivery,
    people: usize,
}

/// Somebody with a token, on a connection of their own.
pub(crate) struct Person {
    pub(crate) id: String,
    url: String,
    token: String,
    client: Client,
}

/// What a function's log line says of a request.
pub(crate) struct Line {
    /// The time in the function's handler, its database calls included.
    pub(crate) duration: Duration,
    pub(crate) calls: u64,
    pub(crate) read_units: f64,
    pub(crate) write_units: f64,
}

impl Machine {
    /// Starts it, with at most so many processes of one function.
    pub(crate) async fn start(max_concurrency: usize, data: Data) -> Result<Self> {
        Self::start_with(max_concurrency, Delivery::Automatic, data).await
    }

    /// Starts it for its database's sake: no function runs unless somebody asks for it.
    pub(crate) async fn start_database(rows: Vec<Value>) -> Result<Self> {
        let machine = Self::start_with(1, Delivery::Manual, Data::Memory).await?;
        machine.import(rows)?;
        Ok(machine)
    }

    async fn start_with(max_concurrency: usize, stream: Delivery, data: Data) -> Result<Self> {
        let binary = Functions::Prebuilt(env!("CARGO_BIN_EXE_functions").into());
        let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
        let mut options = Options::new(template, binary);
        options.max_concurrency = max_concurrency;
        options.stream = stream;
        options.data = data;
        Ok(Self {
            local: Local::start(options).await?,
            stream,
            people: 0,
        })
    }

    /// Somebody new.
    pub(crate) async fn person(&mut self) -> Result<Person> {
        self.people += 1;
        let card = card(self.people);
        let issued = self.local.invoke("tokens-create", &card).await;
        let issued = issued.map_err(|error| anyhow::anyhow!("no token: {error}"))?;
        Ok(Person {
            id: text(&issued["person"]["id"])?,
            url: self.local.url().to_owned(),
            token: text(&issued["token"])?,
            client: Client::builder().no_proxy().build()?,
        })
    }

    /// Two people, and the id of their conversation.
    pub(crate) async fn two_people(&mut self) -> Result<(Person, Person, String)> {
        let (one, other) = (self.person().await?, self.person().await?);
        let contact = one.call(Method::POST, "/v1/contacts", &card(self.people)).await?;
        Ok((one, other, text(&contact["conversation_id"])?))
    }

    /// The id of a conversation of somebody with a new person.
    pub(crate) async fn befriend(&mut self, person: &Person) -> Result<String> {
        self.people += 1;
        let contact = person
            .call(Method::POST, "/v1/contacts", &card(self.people))
            .await?;
        text(&contact["conversation_id"])
    }

    /// Every row of the table.
    pub(crate) fn rows(&self) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        let mut request = json!({"TableName": self.local.table_name()});
        loop {
            let page = self
                .local
                .database()
                .scan(serde_json::from_value(request.clone())?)?;
            let mut page = serde_json::to_value(page)?;
            if let Value::Array(items) = page["Items"].take() {
                rows.extend(items);
            }
            match page["LastEvaluatedKey"].take() {
                Value::Null => return Ok(rows),
                last => request["ExclusiveStartKey"] = last,
            }
        }
    }

    /// Writes rows as they are, past the API and the stream.
    pub(crate) fn import(&self, rows: Vec<Value>) -> Result<()> {
        let rows = rows.into_iter().map(serde_json::from_value);
        let rows = rows.collect::<Result<_, _>>()?;
        self.local
            .database()
            .import_items(self.local.table_name(), rows, ImportOptions::default())?;
        Ok(())
    }

    /// Waits until nothing is left to be done in the background.
    pub(crate) async fn rest(&self) -> Result<()> {
        match self.stream {
            Delivery::Automatic => self.local.settle().await,
            Delivery::Manual => Ok(()),
        }
    }

    /// How many lines there are in the log.
    pub(crate) fn log_length(&self) -> usize {
        self.local.captured_logs().len()
    }

    /// What the log says of the requests to a function, from a line on.
    pub(crate) fn lines(&self, function: &str, from: usize) -> Result<Vec<Line>> {
        let prefix = format!("{function}: ");
        let lines = self.local.captured_logs();
        let lines = lines
            .iter()
            .skip(from)
            .filter_map(|line| line.strip_prefix(&prefix));
        lines.map(parse).collect()
    }
}

impl Person {
    /// Sends a message.
    pub(crate) async fn send(&self, conversation: &str, text: &str) -> Result<Value> {
        let body = json!({"conversation_id": conversation, "message": text});
        self.call(Method::POST, "/v1/messages", &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, &Value::Null).await
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !body.is_null() {
            request = request.json(body);
        }
        let response = request.bearer_auth(&self.token).send().await?;
        let status = response.status();
        let answer = response.bytes().await?;
        ensure!(
            status.is_success(),
            "{path}: {status} {}",
            String::from_utf8_lossy(&answer)
        );
        Ok(serde_json::from_slice(&answer)?)
    }
}

fn card(number: usize) -> Value {
    json!({"username": format!("bench.{number}"), "phone_number": format!("+1202555{number:04}")})
}

pub(crate) fn text(value: &Value) -> Result<String> {
    let text = value.as_str().with_context(|| format!("{value} is no text"))?;
    Ok(text.to_owned())
}

fn parse(line: &str) -> Result<Line> {
    let fields: Value = serde_json::from_str(line).with_context(|| format!("the log has the line {line}"))?;
    let number = |name: &str| {
        fields[name]
            .as_f64()
            .with_context(|| format!("no {name} in {line}"))
    };
    Ok(Line {
        duration: Duration::from_secs_f64(number("duration_ms")? / 1000.0),
        calls: fields["database.calls"].as_u64().unwrap_or_default(),
        read_units: number("database.read_units")?,
        write_units: number("database.write_units")?,
    })
}
