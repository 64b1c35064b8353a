//! The CPU share of a small function, by a control group of Linux.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// Lambda gives a full CPU at 1,769 MB: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>.
const MICROSECONDS_IN_100_MS: u32 = 7_200;

/// A control group for the functions' processes, or none where the system has or allows none.
pub(crate) struct Share(Option<PathBuf>);

impl Share {
    pub(crate) fn of_128_mb() -> Self {
        let name = format!("refusals-{}", std::process::id());
        let limit = MICROSECONDS_IN_100_MS;
        let version_1 = Path::new("/sys/fs/cgroup/cpu").join(&name);
        let version_2 = Path::new("/sys/fs/cgroup").join(&name);
        let made = [
            (version_1, "cpu.cfs_quota_us", limit.to_string()),
            (version_2, "cpu.max", format!("{limit} 100000")),
        ];
        let made = made.into_iter().find_map(|(group, file, limit)| {
            fs::create_dir(&group).ok()?;
            if fs::write(group.join(file), limit).is_err() {
                // It is no group with a share, and nothing is in it.
                _ = fs::remove_dir(&group);
                return None;
            }
            Some(group)
        });
        Self(made)
    }

    pub(crate) fn describe(&self) -> &'static str {
        match self.0 {
            Some(_) => "each function has the CPU share of 128 MB, with all others together",
            None => "functions have the whole CPU, for no control group can be made here",
        }
    }

    /// Takes in all child processes.
    pub(crate) fn take(&self, parent: u32) -> Result<()> {
        let Some(group) = &self.0 else { return Ok(()) };
        for entry in fs::read_dir("/proc")?.flatten() {
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            // `id (name) state parent …`, see proc_pid_stat(5); the name may have spaces.
            let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
            let is_child = fields.and_then(|mut fields| fields.nth(1)) == Some(&*parent.to_string());
            if is_child {
                // It may have ended meanwhile.
                _ = fs::write(group.join("cgroup.procs"), &*entry.file_name().to_string_lossy());
            }
        }
        Ok(())
    }

    /// Removes the group once its processes have ended.
    pub(crate) fn give_back(self) {
        if let Some(group) = self.0 {
            let root = group.parent().map(|parent| parent.join("cgroup.procs"));
            let processes = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
            for process in processes.lines() {
                _ = root.as_ref().map(|root| fs::write(root, process));
            }
            _ = fs::remove_dir(group);
        }
    }
}
