//! Whose CPU time it is. Unlike time on the clock, it hardly changes with what else the machine does.

use std::fs;
use std::time::Duration;

/// The CPU time that was used until now.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    /// By this process: clients, gateway, Lambda runtime and database.
    pub(crate) own: Duration,
    /// By the processes of the function that sends.
    pub(crate) sending: Duration,
    /// By the processes of all other functions: the one that follows the stream.
    pub(crate) others: Duration,
}

impl Cpu {
    /// As Linux tells it; elsewhere nothing.
    pub(crate) fn now() -> Self {
        let own_id = std::process::id().to_string();
        let mut found = Self::default();
        for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else {
                continue;
            };
            // `id (name) state parent … utime stime …`, see proc_pid_stat(5); the name may have spaces.
            let Some((name, rest)) = stat.rsplit_once(')') else {
                continue;
            };
            let fields: Vec<_> = rest.split_whitespace().collect();
            let ticks = |field: usize| fields.get(field).and_then(|text| text.parse::<u64>().ok());
            let time =
                Duration::from_millis(10) * u32::try_from(sum(ticks(11), ticks(12))).unwrap_or(u32::MAX);
            if entry.file_name().to_str() == Some(&own_id) {
                found.own += time;
            } else if fields.get(1) == Some(&&*own_id) {
                let is_sending = name.ends_with("(messages-create");
                *(if is_sending {
                    &mut found.sending
                } else {
                    &mut found.others
                }) += time;
            }
        }
        found
    }

    /// What was used since then, for each of so many messages.
    pub(crate) fn since(self, before: Self, messages: usize) -> Self {
        let each = |now: Duration, before: Duration| {
            now.saturating_sub(before) / u32::try_from(messages).unwrap_or(u32::MAX).max(1)
        };
        Self {
            own: each(self.own, before.own),
            sending: each(self.sending, before.sending),
            others: each(self.others, before.others),
        }
    }
}

fn sum(user: Option<u64>, system: Option<u64>) -> u64 {
    user.unwrap_or_default() + system.unwrap_or_default()
}
