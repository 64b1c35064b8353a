//! Mutated files of every format: each is decoded or refused, and no decoder breaks off, takes long or gives what is no
//! sound. Where a mutation changes nothing of the sound, the samples are the same.
//!
//! `FUZZ_SECONDS=3600 cargo test --workspace --test audio fuzz::fuzz -- --ignored --nocapture` goes on for an hour. It prints
//! the seed of what it finds, and keeps the file in `target/tmp`. `FUZZ_SEED=7` begins with that seed.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use catalog::audio::{AudioError, analyse, decode};

use crate::{
    build::{ape, id3v1, id3v2, lyrics, with_sums},
    cases::{Case, coded, linear},
    encode::kept,
};

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| linear().into_iter().chain(coded()).collect());

/// Numbers by chance that are the same for the same seed (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most);
        match self.below(4) {
            0 => vec![0; length],
            1 => vec![0xff; length],
            _ => (0..length).map(|_| self.next() as u8).collect(),
        }
    }
}

/// A mutated file.
struct Mutant {
    case: &'static Case,
    extension: &'static str,
    file: Vec<u8>,
    /// Whether its sound must be that of the case.
    is_same: bool,
    what: String,
}

impl Mutant {
    fn new(seed: u64) -> Self {
        let chance = &mut Chance(seed);
        let case = chance.one(&CASES);
        let mut mutant = Self {
            case,
            extension: case.extension,
            file: case.file.clone(),
            is_same: true,
            what: case.name.clone(),
        };
        let is_harmless = chance.below(3) == 0;
        for _ in 0..=chance.below(3) {
            let what = if is_harmless {
                mutant.harmless(chance)
            } else {
                mutant.harmful(chance)
            };
            mutant.is_same &= is_harmless;
            mutant.what.push_str(", ");
            mutant.what.push_str(what);
        }
        // Else a decoder would see nothing of what was done to a page.
        if chance.below(4) > 0 {
            mutant.file = with_sums(&mutant.file);
        }
        mutant
    }

    /// What changes nothing of the sound.
    fn harmless(&mut self, chance: &mut Chance) -> &'static str {
        let lengths = self.case.lengths.filter(|_| self.file == self.case.file);
        match (chance.below(4), lengths) {
            (0, Some([whole, data])) if whole.at != data.at => {
                self.file = whole.set(&self.file, chance.next() >> chance.below(64));
                "another length of the whole"
            }
            (1, Some([_, data])) => {
                let unknown: &[u64] = if data.bytes == 8 {
                    &[0, u64::MAX]
                } else {
                    &[0, 0x7fff_f000, 0xffff_ffff]
                };
                self.file = data.set(&self.file, *chance.one(unknown));
                "an unknown length"
            }
            (2, _) => {
                let picture = chance.bytes(3_000);
                let (version, flags) = *chance.one(&[(2, 0), (3, 0), (3, 0x80), (4, 0), (4, 0x10)]);
                self.file = [&id3v2(version, flags, &picture)[..], &self.file].concat();
                "ID3v2"
            }
            _ => {
                let tag = match chance.below(4) {
                    0 => id3v1(),
                    1 => ape(chance.below(2) == 0),
                    2 => [lyrics(), id3v1()].concat(),
                    _ => id3v2(4, 0x10, b"x"),
                };
                self.file.extend(tag);
                "a tag behind"
            }
        }
    }

    /// What may change the sound or destroy it.
    fn harmful(&mut self, chance: &mut Chance) -> &'static str {
        let length = self.file.len();
        if length == 0 {
            return "nothing";
        }
        let from = chance.below(length);
        let to = from + chance.below((length - from).min(600));
        match chance.below(12) {
            0 => {
                for _ in 0..=chance.below(8) {
                    let at = chance.below(length);
                    self.file[at] = chance.next() as u8;
                }
                "other bytes"
            }
            1 => {
                let at = chance.below(length.min(120));
                self.file[at] ^= 1 << chance.below(8);
                "a bit at the beginning"
            }
            2 | 3 => {
                // A number at the beginning, where most are.
                let (width, at) = (*chance.one(&[1, 2, 3, 4, 8]), chance.below(length.min(120)));
                let numbers = [
                    0,
                    1,
                    2,
                    7,
                    0x7f,
                    0xff,
                    0x7fff,
                    0xffff,
                    0x7fff_f000,
                    0x8000_0000,
                    u64::MAX,
                    length as u64,
                ];
                let number = chance.one(&numbers).wrapping_sub(chance.below(3) as u64);
                let mut bytes = number.to_le_bytes()[..width].to_vec();
                if chance.below(2) == 0 {
                    bytes.reverse();
                }
                for (place, byte) in self.file[at..].iter_mut().zip(bytes) {
                    *place = byte;
                }
                "another number"
            }
            4 => {
                self.file.truncate(from);
                "cut off"
            }
            5 => {
                self.file.drain(from..to);
                "something cut out"
            }
            6 => {
                let again = self.file[from..to].to_vec();
                self.file.splice(from..from, again);
                "something twice"
            }
            7 => {
                let more = chance.bytes(600);
                self.file.splice(from..from, more);
                "something in the middle"
            }
            8 => {
                let more = chance.bytes(300);
                self.file.splice(0..0, more);
                "something in front"
            }
            9 => {
                let other = &chance.one(&CASES).file;
                let cut = chance.below(other.len());
                self.file.extend(&other[cut * chance.below(2)..]);
                "another file behind"
            }
            10 => {
                self.extension = ["wav", "mp3", "ogg", "flac", ""][chance.below(5)];
                "another name"
            }
            _ => {
                self.shuffle(chance);
                "chunks in another order"
            }
        }
    }

    /// Puts the chunks of RIFF and AIFF into another order.
    fn shuffle(&mut self, chance: &mut Chance) {
        let big_endian = self.file.starts_with(b"FORM");
        let (mut chunks, mut at) = (Vec::new(), 12);
        while let Some(&[a, b, c, d]) = self.file.get(at + 4..).and_then(|rest| rest.first_chunk()) {
            let length = if big_endian { [d, c, b, a] } else { [a, b, c, d] };
            let end = at + 8 + u32::from_le_bytes(length) as usize;
            let end = end.next_multiple_of(2).min(self.file.len());
            chunks.push(self.file[at..end].to_vec());
            at = end;
        }
        for last in (1..chunks.len()).rev() {
            chunks.swap(last, chance.below(last + 1));
        }
        self.file.truncate(12);
        self.file.extend(chunks.concat());
    }

    /// What is wrong with how it is read.
    fn fault(&self, is_measured: bool) -> Option<String> {
        let start = Instant::now();
        let decoded = decode(&self.file, self.extension);
        let fault = match &decoded {
            Err(AudioError::Failed(what)) => Some(what.clone()),
            Err(error) if self.is_same => Some(format!("refused: {error}")),
            Ok(decoded) if self.is_same && *decoded != self.case.decoded => Some("other samples".to_owned()),
            Ok(decoded) if !decoded.samples.iter().all(|sample| sample.abs() <= 1.0) => {
                Some("samples that are none".to_owned())
            }
            _ => None,
        };
        let analysed = is_measured.then(|| analyse(&self.file, self.extension));
        fault.or(match (analysed, decoded) {
            (Some(Err(AudioError::Failed(what))), _) => Some(format!("analysing: {what}")),
            (Some(Ok(_)), Err(_)) | (Some(Err(_)), Ok(_)) => {
                Some("analysed, not decoded, or the reverse".to_owned())
            }
            // Far above what any of these few kilobytes takes.
            _ if start.elapsed() > Duration::from_secs(30) => Some(format!("it took {:?}", start.elapsed())),
            _ => None,
        })
    }
}

/// Bytes of memory that this process had at most, where the system tells.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    1024 * number.unwrap_or(0)
}

#[test]
fn mutated_files_are_decoded_or_refused() {
    for seed in 0..1_500 {
        let mutant = Mutant::new(seed);
        let fault = mutant.fault(seed % 50 == 0);
        assert_eq!(fault, None, "seed {seed}: {}", mutant.what);
    }
}

/// The seed that is being tried, and where the last panic was.
static SEED: AtomicU64 = AtomicU64::new(0);
static PANICKED: Mutex<String> = Mutex::new(String::new());

#[test]
#[ignore = "runs for as many seconds as FUZZ_SECONDS says"]
fn fuzz() {
    let variable = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let duration = Duration::from_secs(variable("FUZZ_SECONDS").unwrap_or(60));
    let first = variable("FUZZ_SEED").unwrap_or(1_000_000);
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if place.contains("fuzz.rs") {
            eprintln!("{info}");
        }
        *PANICKED.lock().unwrap() = place;
    }));
    // What never ends is found here.
    thread::spawn(|| {
        let mut before = u64::MAX;
        loop {
            thread::sleep(Duration::from_mins(2));
            let now = SEED.load(Ordering::Relaxed);
            if now == before {
                println!("seed {now}: two minutes and no end");
                std::process::exit(1);
            }
            before = now;
        }
    });
    let (start, mut found, mut count) = (Instant::now(), BTreeMap::<String, u64>::new(), 0);
    let (mut peak, mut slowest) = (peak_memory(), (Duration::ZERO, 0));
    let mut reported = start;
    while start.elapsed() < duration {
        let seed = first + count;
        SEED.store(seed, Ordering::Relaxed);
        let mutant = Mutant::new(seed);
        let begun = Instant::now();
        PANICKED.lock().unwrap().clear();
        let mut fault = mutant.fault(seed % 16 == 0);
        slowest = slowest.max((begun.elapsed(), seed));
        let memory = peak_memory();
        if count > 1_000 && memory > peak + (100 << 20) {
            fault = fault.or(Some(format!("{} MB of memory", memory >> 20)));
        }
        peak = peak.max(memory);
        count += 1;
        if let Some(fault) = fault {
            let place = PANICKED.lock().unwrap().clone();
            let times = found.entry(format!("{fault} {place}")).or_default();
            *times += 1;
            if *times <= 3 {
                println!(
                    "seed {seed}: {fault} {place} [{}; {} bytes]",
                    mutant.what,
                    mutant.file.len()
                );
                let name = format!("fuzz-{seed}.{}", mutant.extension);
                fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), &mutant.file).unwrap();
            }
        }
        if reported.elapsed() > Duration::from_mins(1) {
            reported = Instant::now();
            println!(
                "{} s: {count} files, peak {} MB, slowest {slowest:?}",
                start.elapsed().as_secs(),
                peak >> 20
            );
        }
    }
    println!(
        "{count} files in {} s, peak {} MB, slowest {slowest:?}",
        start.elapsed().as_secs(),
        peak >> 20
    );
    for (what, times) in &found {
        println!("{times} × {what}");
    }
    assert!(found.is_empty(), "{} kinds of faults", found.len());
}

#[test]
fn what_was_found_before() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audio/files");
    for entry in fs::read_dir(directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.starts_with("fuzz-") {
            let extension = &name[name.rfind('.').unwrap() + 1..];
            let result = analyse(&kept(&name), extension);
            assert!(
                !matches!(result, Err(AudioError::Failed(_))),
                "{name}: {result:?}"
            );
        }
    }
}
