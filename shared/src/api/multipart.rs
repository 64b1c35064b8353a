//! Files in the body of a request: `multipart/form-data`, as `curl -F`, HTML forms and client libraries send it.
//! <https://www.rfc-editor.org/rfc/rfc7578>

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::stream;
use http::{HeaderMap, header};
use lambda_http::Request;
use multer::{Field, Multipart};
use percent_encoding::percent_decode_str;

use super::body;
use super::error::{ApiError, Result};
use super::node::Node;
use super::param_error::{ParamError, ParamErrorKind};
use super::params::Params;
use crate::model::{AnnouncedFile, FileName, MediaType, NewAttachment, NewFile};

/// The largest file in a request, in bytes. Lambda takes 6 MB, and the file comes in base64.
const LARGEST_FILE: usize = 4 << 20;

/// The largest body with a file, in bytes.
const LARGEST_BODY: usize = LARGEST_FILE + (64 << 10);

/// The one parameter.
const FILE: &str = "file";

impl Params for NewAttachment {
    fn parse(node: Node) -> Result<Self, ParamError> {
        AnnouncedFile::parse(node).map(Self::Announced)
    }

    /// The file itself, or what will be uploaded directly.
    fn from_body(request: &Request) -> Result<Self> {
        if body::media_type(request).as_deref() != Some("multipart/form-data") {
            return Ok(Self::parse(body::parse(request)?)?);
        }
        let content: &[u8] = request.body().as_ref();
        if content.len() > LARGEST_BODY {
            return Err(ApiError::file_too_large(LARGEST_FILE));
        }
        if body::is_encoded(request) {
            return Err(ApiError::content_encoding_unsupported());
        }
        // The whole body is there, so nothing is ever waited for.
        let file = file_in(request.headers(), Bytes::copy_from_slice(content)).now_or_never();
        file.unwrap_or_else(|| Err(ApiError::internal("a multipart body was waited for")))
            .map(Self::File)
    }
}

/// The one file of a body.
async fn file_in(headers: &HeaderMap, body: Bytes) -> Result<NewFile> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(malformed)?;
    let stream = stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = Multipart::new(stream, boundary);
    let mut file = None;
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        match part.name() {
            Some(FILE) if file.is_some() => {
                return Err(ParamError::invalid(FILE, "is given more than once").into());
            }
            Some(FILE) => file = Some(read(part).await?),
            Some(other) => return Err(ParamError::new(other, ParamErrorKind::Unknown).into()),
            None => return Err(ApiError::body_malformed("A part of the body has no name.")),
        }
    }
    file.ok_or_else(|| ParamError::new(FILE, ParamErrorKind::Missing).into())
}

async fn read(mut part: Field<'_>) -> Result<NewFile> {
    let name = part
        .file_name()
        .map(ToOwned::to_owned)
        .or_else(|| extended_name(part.headers()));
    let name = name.ok_or_else(|| ParamError::invalid(FILE, "must be a file with a name"))?;
    let filename = FileName::try_from(without_path(&unescaped(&name)).to_owned());
    let filename = filename.map_err(|rule| ParamError::invalid(FILE, rule.to_string()))?;
    let given = part.content_type().map(|given| given.essence_str().to_owned());
    let file_type = given
        .and_then(|given| MediaType::try_from(given).ok())
        .unwrap_or_default();
    // As a rule the first chunk is everything, and is not copied.
    let mut content = part.chunk().await.map_err(malformed)?.unwrap_or_default();
    while let Some(more) = part.chunk().await.map_err(malformed)? {
        content = [content, more].concat().into();
    }
    if content.is_empty() {
        return Err(ParamError::invalid(FILE, "must not be empty").into());
    }
    if content.len() > LARGEST_FILE {
        return Err(ApiError::file_too_large(LARGEST_FILE));
    }
    Ok(NewFile {
        filename,
        file_type,
        content,
    })
}

/// The name in `filename*`, which some older libraries send for what is not ASCII:
/// <https://www.rfc-editor.org/rfc/rfc8187#section-3.2>.
fn extended_name(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::CONTENT_DISPOSITION)?.to_str().ok()?;
    let (_, value) = header.split_once("filename*=")?;
    let value = value.split(';').next()?.trim();
    let (charset, name) = value.split_once("''")?;
    let name = charset
        .eq_ignore_ascii_case("utf-8")
        .then(|| percent_decode_str(name).decode_utf8());
    Some(name?.ok()?.into_owned())
}

/// The name as it was before a browser escaped it, quotation marks and line breaks only:
/// <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"")
        .replace("%0D", "\r")
        .replace("%0A", "\n")
}

/// The name without the path that a client may have sent: <https://www.rfc-editor.org/rfc/rfc7578#section-4.2>.
fn without_path(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err passes it")]
fn malformed(error: multer::Error) -> ApiError {
    ApiError::body_malformed(format!("The body is not multipart/form-data: {error}."))
}

#[cfg(test)]
mod tests {
    use lambda_http::Body;
    use proptest::prelude::*;

    use super::*;

    fn parse(content_type: &str, body: impl Into<Vec<u8>>) -> Result<NewFile, String> {
        let request = http::Request::post("/v1/attachments").header("content-type", content_type);
        let request = request.body(Body::Binary(body.into())).unwrap();
        match NewAttachment::from_body(&request) {
            Ok(NewAttachment::File(file)) => Ok(file),
            Ok(NewAttachment::Announced(_)) => panic!("no file"),
            Err(error) => Err(error.code().to_owned()),
        }
    }

    fn part(disposition: &str, content: &str) -> String {
        format!(
            "--b\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: text/plain\r\n\r\n{content}\r\n"
        )
    }

    fn name_of(disposition: &str) -> Result<String, String> {
        let body = part(&format!("name=\"file\"; {disposition}"), "x") + "--b--\r\n";
        parse("multipart/form-data; boundary=b", body).map(|file| file.filename.as_str().to_owned())
    }

    #[test]
    fn names_as_clients_send_them() {
        for (disposition, expected) in [
            ("filename=\"a.txt\"", "a.txt"),
            ("filename=a.txt", "a.txt"),
            // curl before 7.81, and Python.
            (r#"filename="say \"hi\".txt""#, "say \"hi\".txt"),
            // Browsers, Node and curl.
            ("filename=\"say %22hi%22.txt\"", "say \"hi\".txt"),
            ("filename=\"文档 🎄.txt\"", "文档 🎄.txt"),
            ("filename*=utf-8''%E6%96%87.txt", "文.txt"),
            ("filename=\"../../etc/passwd\"", "passwd"),
            ("filename=\"C:\\Users\\kate\\a.txt\"", "a.txt"),
            ("filename=\"100%.txt\"", "100%.txt"),
        ] {
            assert_eq!(name_of(disposition).as_deref(), Ok(expected), "{disposition}");
        }
        let too_long = format!("filename=\"{}\"", "a".repeat(300));
        for bad in [
            "",
            "filename=\"\"",
            "filename=\"a/\"",
            "filename=\"a%0Ab\"",
            "filename=\"..\"",
            &too_long,
        ] {
            assert_eq!(name_of(bad), Err("parameter_invalid".to_owned()), "{bad}");
        }
    }

    #[test]
    fn one_file_and_nothing_else() {
        let file = || part("name=\"file\"; filename=\"a\"", "x");
        for (body, expected) in [
            (file() + "--b--", None),
            ("preamble\r\n".to_owned() + &file() + "--b--\r\nepilogue", None),
            (file() + &file() + "--b--", Some("parameter_invalid")),
            (
                file() + &part("name=\"other\"", "x") + "--b--",
                Some("parameter_unknown"),
            ),
            (part("name=\"file\"", "x") + "--b--", Some("parameter_invalid")),
            (
                part("name=\"file\"; filename=\"a\"", "") + "--b--",
                Some("parameter_invalid"),
            ),
            (part("filename=\"a\"", "x") + "--b--", Some("body_malformed")),
            ("--b--".to_owned(), Some("parameter_missing")),
            // A boundary that never ends.
            (file(), Some("body_malformed")),
            (String::new(), Some("body_malformed")),
            ("x".to_owned(), Some("body_malformed")),
        ] {
            let error = parse("multipart/form-data; boundary=b", &*body).err();
            assert_eq!(error.as_deref(), expected, "{body}");
        }
        let error = parse("multipart/form-data", file() + "--b--").err();
        assert_eq!(error.as_deref(), Some("body_malformed"));
    }

    #[test]
    fn a_file_has_four_megabytes_at_most() {
        for (size, expected) in [(LARGEST_FILE, None), (LARGEST_FILE + 1, Some("body_too_large"))] {
            let body = part("name=\"file\"; filename=\"a\"", &"x".repeat(size)) + "--b--";
            let read = parse("multipart/form-data; boundary=b", body);
            assert_eq!(read.as_ref().err().map(String::as_str), expected);
            assert!(read.is_err() || read.unwrap().content.len() == size);
        }
    }

    proptest! {
        #[test]
        fn any_body_gets_an_answer(body in "(--b(\r\n|--)?|Content-Disposition: form-data; |name=\"file\"|filename=\"a\"|; |\r\n|x){0,20}") {
            let _ = parse("multipart/form-data; boundary=b", &*body);
        }
    }
}
