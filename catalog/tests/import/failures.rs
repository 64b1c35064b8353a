//! Files and manifests that are not as they should be.

use std::process::Command;

use crate::world::{Sounds, World, files, run};

#[tokio::test(flavor = "multi_thread")]
async fn broken_files_do_not_stop_the_rest() {
    let world = World::start().await;
    let sounds = Sounds::of(&["good.wav", "cut.wav"]);
    let whole = sounds.read("cut.wav");
    sounds.write("cut.wav", &whole[..whole.len() / 2]);
    sounds.write("empty.wav", "");
    sounds.write("text.wav", "Ceci n'est pas un son. ".repeat(100));
    let failed = world.import(&sounds, &[]).await;
    failed.assert(
        1,
        &[
            "1 imported, 0 changed, 0 unchanged, 0 removed, 3 failed",
            "not imported: cut.wav: it is cut off",
            "not imported: empty.wav: the file is empty",
            "not imported: text.wav: it is a text",
        ],
    );
    assert_eq!(files(&world.sounds().await), ["good.wav"]);
    let before = world.everything().await;
    world
        .import(&sounds, &[])
        .await
        .assert(1, &["nothing to do", "3 failed"]);
    assert!(world.everything().await == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_stays_as_it_was_published() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav", "b.wav", "c.wav"]);
    sounds.write("manifest.csv", "file,title\na.wav,One\nb.wav,Two\nc.wav,Three\n");
    world.import(&sounds, &[]).await.assert(0, &[]);
    sounds.write("a.wav", "broken");
    sounds.remove("b.wav");
    sounds.write(
        "manifest.csv",
        format!("file,title\na.wav,1\nb.wav,2\nc.wav,{}\n", "x".repeat(201)),
    );
    let failed = world.import(&sounds, &["--prune"]).await;
    failed.assert(
        1,
        &[
            "manifest.csv:2: a.wav: it is a text",
            "manifest.csv:3: b.wav: there is no such file",
            "manifest.csv:4: c.wav: title: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" must be a line of 1 to 200 characters",
            "nothing is pruned, for not one sound of the directory can be imported",
        ],
    );
    sounds.tone("d.wav", 900);
    sounds.write("manifest.csv", "file,title\na.wav,1\nd.wav,4\n");
    world
        .import(&sounds, &["--prune"])
        .await
        .assert(1, &["1 imported, 0 changed, 0 unchanged, 2 removed"]);
    let titles: Vec<_> = world
        .sounds()
        .await
        .into_iter()
        .map(|sound| sound.title.as_str().to_owned())
        .collect();
    assert_eq!(titles, ["4", "One"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doubtful_manifest_imports_and_prunes_nothing() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav", "b.wav"]);
    world.import(&sounds, &[]).await.assert(0, &[]);
    let before = world.everything().await;
    for (manifest, message) in [
        (&b""[..], "manifest.csv is empty: it has 0 bytes"),
        (b"file\n", "manifest.csv names no sound"),
        (
            b"file,title\na.wav,Caf\xE9\n",
            "manifest.csv:2: the file is not UTF-8",
        ),
        (
            b"file,author\na.wav,x\n",
            "manifest.csv:1: unknown column \"author\"",
        ),
        (b"title\nA\n", "manifest.csv:1: there is no column file"),
        (
            b"file,title,file\na.wav,x,y\n",
            "manifest.csv:1: the column file stands there twice",
        ),
        (
            b"file,title\na.wav,\"A\nb.wav,B\n",
            "manifest.csv:2: a quotation mark is missing",
        ),
    ] {
        sounds.write("manifest.csv", manifest);
        world
            .import(&sounds, &["--prune"])
            .await
            .assert(2, &["error: ", message]);
        assert!(world.everything().await == before, "{message}");
    }
    sounds.write("manifest.jsonl", "{}");
    world
        .import(&sounds, &["--prune"])
        .await
        .assert(2, &["there are both manifest.csv and manifest.jsonl"]);
    world.import(&Sounds::new(), &["--prune"]).await.assert(
        2,
        &["there is no manifest.csv, no manifest.jsonl and no audio file"],
    );
    assert!(world.everything().await == before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_says_nothing_of_its_file_holds_pruning_back() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav", "b.wav"]);
    world.import(&sounds, &[]).await.assert(0, &[]);
    sounds.write(
        "manifest.jsonl",
        "{\"file\": \"a.wav\"}\n{\"file\": \"b.wav\", \"titel\": 1}\n",
    );
    world.import(&sounds, &["--prune"]).await.assert(
        1,
        &[
            "manifest.jsonl:2: unknown field `titel`",
            "nothing is pruned, for it is not known which sound this is",
        ],
    );
    assert_eq!(world.sounds().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_runs_it_says_what_to_do() {
    let world = World::start().await;
    let (sounds, file) = (Sounds::of(&["a.wav"]), world.environment_file());
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(world.storage.url(), "http://127.0.0.1:9")).unwrap();
    let failed = world.import(&sounds, &[]).await;
    failed.assert(
        2,
        &["nothing answers at http://127.0.0.1:9", "start `cargo local`"],
    );
    let nowhere = tempfile::TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
    command
        .arg("import")
        .arg(sounds.path())
        .current_dir(nowhere.path())
        .env_remove("CARGO_MANIFEST_DIR");
    let failed = tokio::task::spawn_blocking(|| run(command, |_| false))
        .await
        .unwrap();
    failed.assert(
        2,
        &[
            "there is no .local/running.env",
            "start `cargo local`",
            "--table and --bucket",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_named_and_reached_by_the_environment() {
    let world = World::start().await;
    let sounds = Sounds::of(&["a.wav"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_catalog"));
    command
        .args(["import", "--table", world.database.table_name()])
        .args(["--bucket", world.storage.bucket_name().unwrap()])
        .arg(sounds.path())
        .envs([
            ("AWS_ENDPOINT_URL_DYNAMODB", world.database.url()),
            ("AWS_ENDPOINT_URL_S3", world.storage.url()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", world.credentials.access_key_id()),
            ("AWS_SECRET_ACCESS_KEY", world.credentials.secret_access_key()),
        ]);
    let done = tokio::task::spawn_blocking(|| run(command, |_| false))
        .await
        .unwrap();
    done.assert(0, &["1 imported"]);
    assert_eq!(world.sounds().await.len(), 1);
}
