//! How well what is near is of the same kind. The bench of the import prints it, too.

use std::fmt;

use catalog::{
    audio::{AudioError, Features, analyse},
    neighbours::nearest,
};
use rayon::prelude::*;
use synth::{Family, family};

/// How well the neighbours of sounds are of their family.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Precision {
    /// For each family, the share of the five nearest of its sounds that belong to it, 0 to 1.
    pub(crate) families: Vec<(Family, f32)>,
}

impl Precision {
    /// The mean over the families.
    #[expect(clippy::cast_precision_loss, reason = "eight families")]
    pub(crate) fn overall(&self) -> f32 {
        let sum: f32 = self.families.iter().map(|(_, share)| share).sum();
        sum / self.families.len() as f32
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "of the five nearest sounds, of the same family:")?;
        for (family, share) in &self.families {
            writeln!(f, "  {:<8} {:>4.0} %", format!("{family:?}"), share * 100.0)?;
        }
        write!(f, "  {:<8} {:>4.0} %", "all", self.overall() * 100.0)
    }
}

/// Measures how well the neighbours of all members of all families are of their family (precision at 5).
pub(crate) fn precision() -> Result<Precision, AudioError> {
    let members: Vec<(Family, u8)> = Family::ALL
        .into_iter()
        .flat_map(|kind| (0..Family::VARIANTS).map(move |variant| (kind, variant)))
        .collect();
    let features: Vec<Features> = members
        .par_iter()
        .map(|(kind, variant)| {
            let file = family(*kind, *variant).wav();
            let file = file.map_err(|error| AudioError::Failed(error.to_string()))?;
            Ok(analyse(&file, "wav")?.analysis.features)
        })
        .collect::<Result<_, AudioError>>()?;
    let neighbours = nearest(&features.iter().collect::<Vec<_>>(), 5);
    let families = Family::ALL.map(|kind| {
        let near = members
            .iter()
            .zip(&neighbours)
            .filter(|((of, _), _)| *of == kind)
            .flat_map(|(_, near)| near);
        let (mut same, mut all) = (0.0, 0.0);
        for (index, _) in near {
            all += 1.0;
            same += f32::from(u8::from(members[*index].0 == kind));
        }
        (kind, same / all)
    });
    Ok(Precision {
        families: families.to_vec(),
    })
}
