//! Compresses what is served, once and not for each request, and names each content by its hash.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// What the page is made of beside its HTML, which names it, and the renderer.
const PARTS: [(&str, &str); 2] = [("page.css", "text/css; charset=utf-8"), ("page.js", JAVASCRIPT)];

/// The renderer. It is committed compressed, and served so only.
const RENDERER: &str = "scalar.js";

/// The deployment that serves the contract is the one that it describes.
const SERVERS: &str = "servers:\n  - url: /\n    description: This deployment.\n";

fn main() -> Result<(), Box<dyn Error>> {
    let mut assets = Assets {
        out: env::var("OUT_DIR")?.into(),
        rust: String::new(),
    };
    let mut html = String::from_utf8(read("assets/index.html")?)?;
    let renderer = assets.push(
        &format!("/docs/{RENDERER}"),
        JAVASCRIPT,
        None,
        &read(&format!("assets/{RENDERER}.gz"))?,
    )?;
    html = linked(&html, RENDERER, &renderer)?;
    for (name, content_type) in PARTS {
        let content = read(&format!("assets/{name}"))?;
        let hash = assets.compress(&format!("/docs/{name}"), content_type, &content)?;
        html = linked(&html, name, &hash)?;
    }
    assets.compress("/docs", "text/html; charset=utf-8", html.as_bytes())?;
    assets.compress("/openapi.json", "application/json", &read("openapi.json")?)?;
    let contract = String::from_utf8(read("../openapi.yaml")?)?;
    assets.compress("/openapi.yaml", "application/yaml", served(&contract)?.as_bytes())?;
    fs::write(assets.out.join("assets.rs"), format!("&[\n{}]", assets.rust))?;
    Ok(())
}

fn read(file: &str) -> Result<Vec<u8>, String> {
    println!("cargo::rerun-if-changed={file}");
    fs::read(file).map_err(|error| format!("{file}: {error}"))
}

/// The HTML with the hash of a part in its address, so that browsers keep the part for as long as they like.
fn linked(html: &str, name: &str, hash: &str) -> Result<String, String> {
    let (address, quoted) = (format!("\"/docs/{name}?v={hash}\""), format!("\"/docs/{name}\""));
    if html.matches(&quoted).count() != 1 {
        return Err(format!("index.html does not name {quoted} once"));
    }
    Ok(html.replace(&quoted, &address))
}

/// `openapi.yaml` with the servers of what is served.
fn served(contract: &str) -> Result<String, &'static str> {
    let (head, rest) = contract
        .split_once("servers:\n")
        .ok_or("openapi.yaml has no servers")?;
    let (_, tail) = rest
        .split_once("\n\n")
        .ok_or("openapi.yaml: the servers have no end")?;
    Ok([head, SERVERS, "\n", tail].concat())
}

fn hash(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

struct Assets {
    out: PathBuf,
    /// The items of the slice that `src/lib.rs` includes.
    rust: String,
}

impl Assets {
    /// Adds a file that is served compressed and as it is. Gives its hash.
    fn compress(&mut self, path: &str, content_type: &str, content: &[u8]) -> Result<String, Box<dyn Error>> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content)?;
        self.push(path, content_type, Some(content), &encoder.finish()?)
    }

    fn push(
        &mut self,
        path: &str,
        content_type: &str,
        plain: Option<&[u8]>,
        gzip: &[u8],
    ) -> Result<String, Box<dyn Error>> {
        let name = path.trim_start_matches('/').replace('/', "-");
        let included = |file: &str| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{file}\"))");
        let compressed = format!("{name}.gz");
        fs::write(self.out.join(&compressed), gzip)?;
        let as_it_is = match plain {
            Some(content) => {
                fs::write(self.out.join(&name), content)?;
                format!("Some({})", included(&name))
            }
            None => "None".to_owned(),
        };
        let hash = hash(plain.unwrap_or(gzip));
        writeln!(
            self.rust,
            "Asset {{ path: {path:?}, content_type: {content_type:?}, hash: {hash:?}, plain: {as_it_is}, gzip: {} }},",
            included(&compressed)
        )?;
        Ok(hash)
    }
}
