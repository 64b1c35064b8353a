//! Files that are uploaded in one call, and what becomes of their bytes, types and names.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::case::{Case, Section, case};
use super::files::{BOUNDARY, PATH, PNG, ahead, at, file, leads_to, multipart, part, unlinked, upload};
use crate::failure::{Outcome, equal, holds};
use crate::http::Request;
use crate::person::Answers as _;
use crate::tester::Tester;

pub(crate) const SECTION: Section = Section {
    title: "Uploading files",
    cases: CASES,
};

const CASES: &[Case] = &[
    case(
        "an upload answers 201 with the attachment, which has been looked at, and where it is",
        uploaded,
    ),
    case(
        "file_url leads to the same bytes without a token, to be saved under the name",
        downloaded,
    ),
    case("file_type is what the bytes show, else what was announced", types),
    case(
        "images, audio and video are shown inline by their bytes, and nothing else is",
        previews,
    ),
    case(
        "HTML, SVG, XML, PDF and scripts come as application/octet-stream, whatever they are called",
        active_content,
    ),
    case("a file name comes without its path, in any script", names),
    case(
        "a file name is a line of 1 to 255 bytes that can be seen",
        bad_names,
    ),
    case(
        "there is one part, file, with a name, which is not empty",
        bad_parts,
    ),
    case("multipart that is cut off is body_malformed", malformed),
    case("a file over 4 MiB is a 413 body_too_large", sizes),
    case(
        "an upload takes multipart/form-data as clients write it",
        content_types,
    ),
];

fn uploaded(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let uploaded = kate.send(file("Kevin.png", "image/png", PNG)).created(PATH)?;
    equal("upload", &uploaded["upload"], Value::Null)?;
    let created_at = &uploaded["created_at"];
    let expected = json!({
        "id": uploaded["id"],
        "message_id": null,
        "filename": "Kevin.png",
        "file_url": null,
        "file_type": "image/png",
        "file_size": PNG.len(),
        "width": 3,
        "height": 2,
        "preview_url": null,
        "sound_id": null,
        "expires_at": null,
        "created_at": created_at,
    });
    equal("the attachment, without links", unlinked(&uploaded), &expected)?;
    let age = -ahead(created_at);
    holds(
        "created_at is now, in seconds, give or take what clocks differ",
        age.abs() < 300.0,
        age,
    )?;
    let found = kate.get(&at(&uploaded)).answers(200)?;
    equal("the same by its id", unlinked(&found), expected)?;
    equal("upload there", found.get("upload"), Value::Null)
}

fn downloaded(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let bytes: Vec<u8> = (0..=255).collect();
    for name in ["note.txt", "Vergiß es.txt", "留守番.wav", "🎩.bin"] {
        let uploaded = upload(kate, name, &bytes)?;
        let found = kate.get(&at(&uploaded)).answers(200)?;
        for shown in [&uploaded, &found] {
            leads_to(tester, shown, &bytes)?;
        }
        let url = found["file_url"].as_str().unwrap_or_default();
        let answer = tester.follow(url)?;
        let disposition = answer.header("content-disposition").unwrap_or_default();
        holds(
            "it is to be saved",
            disposition.starts_with("attachment"),
            disposition,
        )?;
        let saved = disposition.split_once("filename*=UTF-8''").map(|(_, name)| name);
        let saved = percent_decode_str(saved.unwrap_or_default()).decode_utf8_lossy();
        equal("the name under which it is saved", saved, name)?;
        let bare = tester.follow(url.split('?').next().unwrap_or_default())?;
        equal("the status without a signature", bare.status, 403)?;
        let left = ahead(&found["expires_at"]);
        holds(
            "it holds for about an hour",
            (0.0..=4_200.0).contains(&left),
            left,
        )?;
    }
    Ok(())
}

fn types(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for (bytes, announced, file_type) in [
        (PNG, "text/plain", "image/png"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "image/png", "image/gif"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "image/png", "application/pdf"),
        (b"Hello", "text/plain", "text/plain"),
        (b"Hello", "Text/Plain; charset=utf-8", "text/plain"),
        (b"Hello", "application/octet-stream", "application/octet-stream"),
    ] {
        let uploaded = kate.send(file("a.bin", announced, bytes)).created(PATH)?;
        equal("file_type", &uploaded["file_type"], file_type)?;
    }
    Ok(())
}

fn previews(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let mp3 = [&b"ID3\x03\0\0\0\0\0\0"[..], &[0; 64]].concat();
    let mp4 = [&b"\0\0\0\x18ftypisom\0\0\x02\0isommp42"[..], &[0; 64]].concat();
    for (bytes, file_type) in [
        (PNG, "image/png"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "image/gif"),
        (&mp3, "audio/mpeg"),
        (&mp4, "video/mp4"),
    ] {
        let uploaded = upload(kate, "page.html", bytes)?;
        let preview = tester.follow(uploaded["preview_url"].as_str().unwrap_or_default())?;
        equal("the status of the preview", preview.status, 200)?;
        equal("its type", preview.header("content-type"), file_type)?;
        let disposition = preview.header("content-disposition").unwrap_or("inline");
        holds(
            "it is shown inline",
            disposition.starts_with("inline"),
            disposition,
        )?;
        equal("whether it is the file", preview.body == bytes, true)?;
        let is_image = file_type.starts_with("image/");
        for key in ["width", "height"] {
            equal(key, uploaded[key].is_u64(), is_image)?;
        }
    }
    Ok(())
}

fn active_content(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    for bytes in [
        "<!DOCTYPE html><script>alert(1)</script>",
        "\u{feff} \n<html><body></body></html>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "%PDF-1.7\n",
        "#!/bin/sh\nrm -r House\n",
        "alert(1)",
        "Hello",
    ] {
        for (name, announced) in [
            ("Kevin.png", "image/png"),
            ("page.html", "text/html"),
            ("image.svg", "image/svg+xml"),
            ("House.pdf", "application/pdf"),
        ] {
            let request = file(name, announced, bytes.as_bytes());
            let uploaded = kate.send(request).created(PATH)?;
            for key in ["preview_url", "width", "height"] {
                equal(key, &uploaded[key], Value::Null)?;
            }
            leads_to(tester, &uploaded, bytes.as_bytes())?;
            let answer = tester.follow(uploaded["file_url"].as_str().unwrap_or_default())?;
            let seen =
                ["content-type", "content-disposition"].map(|name| answer.header(name).unwrap_or_default());
            equal("its type", seen[0], "application/octet-stream")?;
            holds("it is to be saved", seen[1].starts_with("attachment"), seen[1])?;
        }
    }
    Ok(())
}

fn names(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let longest = format!("{}x", "é".repeat(127));
    for (written, expected) in [
        ("a b.txt", "a b.txt"),
        ("say %22hi%22.txt", "say \"hi\".txt"),
        ("100%.txt", "100%.txt"),
        ("%41%2F.txt", "%41%2F.txt"),
        ("it's; a=b.txt", "it's; a=b.txt"),
        ("留守番電話.wav", "留守番電話.wav"),
        ("🎩 👨\u{200d}👩\u{200d}👧.png", "🎩 👨\u{200d}👩\u{200d}👧.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\House.png", "House.png"),
        ("  Hotel.txt ", "Hotel.txt"),
        (".profile", ".profile"),
        (&longest, &longest),
    ] {
        let uploaded = upload(kate, written, b"Hello")?;
        let found = kate.get(&at(&uploaded)).answers(200)?;
        for shown in [&uploaded, &found] {
            equal("filename", &shown["filename"], expected)?;
        }
    }
    Ok(())
}

fn bad_names(tester: &Tester) -> Outcome {
    let long = ["x".repeat(256), "x".repeat(300), "é".repeat(128)];
    let others = [
        "",
        " ",
        ".",
        "..",
        "House/",
        "a%0D%0Ab.txt",
        "a%0Ab.txt",
        "a\tb.txt",
        "a\u{85}.txt",
        "\u{200b}",
        "a\u{202e}gnp.exe",
    ];
    for name in long.iter().map(String::as_str).chain(others) {
        let request = file(name, "text/plain", b"Hello");
        tester
            .kate
            .send(request)
            .refused(400, "parameter_invalid", Some("file"))?;
    }
    nothing_was_uploaded(tester)
}

fn bad_parts(tester: &Tester) -> Outcome {
    let named = |name: &str, content: &[u8]| {
        let parameters = format!("name=\"{name}\"; filename=\"a.txt\"");
        part(&parameters, "text/plain", content)
    };
    let nameless = part("name=\"file\"", "text/plain", b"Hello");
    let caption = part("name=\"caption\"", "text/plain", b"Hello");
    let one = named("file", b"Hello");
    for (parts, code, param) in [
        (vec![], "parameter_missing", "file"),
        (vec![nameless], "parameter_invalid", "file"),
        (vec![named("file", b"")], "parameter_invalid", "file"),
        (vec![one.clone(), one.clone()], "parameter_invalid", "file"),
        (vec![one.clone(), caption], "parameter_unknown", "caption"),
        (vec![named("File", b"Hello"), one], "parameter_unknown", "File"),
    ] {
        let request = multipart(&parts);
        tester.kate.send(request).refused(400, code, Some(param))?;
    }
    nothing_was_uploaded(tester)
}

fn malformed(tester: &Tester) -> Outcome {
    let whole = file("a.txt", "text/plain", b"Hello").body;
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let beginning = BOUNDARY.len() + 4;
    for body in [
        &b"Hello"[..],
        &whole[..beginning],
        &whole[..beginning + 20],
        &whole[..whole.len() - BOUNDARY.len() - 8],
    ] {
        let request = Request::new("POST", PATH).header("content-type", &content_type);
        tester
            .kate
            .send(request.body(body))
            .refused(400, "body_malformed", None)?;
    }
    nothing_was_uploaded(tester)
}

#[track_caller]
fn nothing_was_uploaded(tester: &Tester) -> Outcome {
    Tester::eventually("there are no uploads", || Ok(tester.kate.all(PATH)?.is_empty()))
}

fn sizes(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let mut bytes = vec![b'a'; 4 << 20];
    let uploaded = upload(kate, "large.txt", &bytes)?;
    equal("file_size", &uploaded["file_size"], bytes.len())?;
    leads_to(tester, &uploaded, &bytes)?;
    bytes.push(b'a');
    kate.send(file("larger.txt", "text/plain", &bytes))
        .refused(413, "body_too_large", None)?;
    let smallest = upload(kate, "small.txt", b"a")?;
    equal("file_size", &smallest["file_size"], 1)
}

fn content_types(tester: &Tester) -> Outcome {
    let kate = &tester.kate;
    let body = file("a.txt", "text/plain", b"Hello").body;
    let send = |content_type: &str| {
        let request = Request::new("POST", PATH).header("content-type", content_type);
        kate.send(request.body(&body))
    };
    for good in [
        format!("multipart/form-data; boundary=\"{BOUNDARY}\""),
        format!("Multipart/Form-Data;charset=utf-8; Boundary={BOUNDARY}"),
    ] {
        send(&good).created(PATH)?;
    }
    for bad in [
        format!("multipart/mixed; boundary={BOUNDARY}"),
        "text/plain".to_owned(),
        "application/octet-stream".to_owned(),
        "image/png".to_owned(),
    ] {
        send(&bad).refused(415, "content_type_unsupported", None)?;
    }
    let bare = Request::new("POST", PATH).body(&body);
    kate.send(bare).refused(415, "content_type_unsupported", None)?;
    let compressed = file("a.txt", "text/plain", b"Hello").header("content-encoding", "gzip");
    kate.send(compressed)
        .refused(415, "content_type_unsupported", None)
}
