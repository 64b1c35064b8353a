//! Signed links to files: sounds, and attachments of messages.

use std::time::{Duration, UNIX_EPOCH};

use aws_sdk_s3::config::ProvideCredentials as _;
use aws_sdk_s3::presigning::PresigningConfig;

use super::error::{Result, StorageError};
use super::signer::{LINK_LIFE, Place, Signer};
use super::{Bucket, file_name, objects};
use crate::aws;
use crate::model::{
    Attachment, Download, MediaType, Message, MessageId, Page, Sound, StoredAttachment, StoredObject,
    StoredSound, Timestamp,
};

impl Bucket {
    /// The public form of a sound, with a link to its preview.
    pub async fn sound(&self, sound: StoredSound) -> Result<Sound> {
        sign_sound(&self.signer().await?, sound)
    }

    /// The public form of sounds, each with a link to its preview.
    pub async fn sounds(&self, sounds: Page<StoredSound>) -> Result<Page<Sound>> {
        let signer = self.signer().await?;
        sounds.try_map(|sound| sign_sound(&signer, sound))
    }

    /// A link to the original file of a sound. Browsers save the file under the sound's title.
    pub async fn download(&self, sound: &StoredSound) -> Result<Download> {
        let signer = self.signer().await?;
        let disposition = file_name::attachment(sound.title.as_str(), &sound.file);
        let url = signer.link(&objects::original(&sound.audio), None, Some(&disposition))?;
        let expires_at = signer.expires_at();
        Ok(Download { url, expires_at })
    }

    /// The public form of an attachment, with its links.
    pub async fn attachment(
        &self,
        attachment: StoredAttachment,
        message: Option<MessageId>,
    ) -> Result<Attachment> {
        sign_attachment(&self.signer().await?, attachment, message)
    }

    /// The public form of attachments, each with the message in which it was sent.
    pub async fn attachments(
        &self,
        attachments: Page<(StoredAttachment, Option<MessageId>)>,
    ) -> Result<Page<Attachment>> {
        let signer = self.signer().await?;
        attachments.try_map(|(attachment, message)| sign_attachment(&signer, attachment, message))
    }

    /// The public form of a message.
    pub async fn message(&self, message: Message) -> Result<Message<Attachment>> {
        sign_message(&self.signer().await?, message)
    }

    /// The public form of messages.
    pub async fn messages(&self, messages: Page<Message>) -> Result<Page<Message<Attachment>>> {
        let signer = self.signer().await?;
        messages.try_map(|message| sign_message(&signer, message))
    }

    /// A signer as of now.
    pub(super) async fn signer(&self) -> Result<Signer<'_>> {
        let now = Timestamp::from((self.clock)());
        let place = self.place().await?;
        let provider = self.credentials.as_ref();
        let provider =
            provider.ok_or_else(|| StorageError::Internal("there are no credentials".to_owned()))?;
        let credentials = provider.provide_credentials().await;
        let credentials = credentials.map_err(StorageError::internal)?;
        let end = credentials
            .expiry()
            .and_then(|end| end.duration_since(UNIX_EPOCH).ok());
        let end = end
            .and_then(|end| i64::try_from(end.as_secs()).ok())
            .map(Timestamp);
        Ok(Signer::new(place, credentials, now, end))
    }

    /// The base URL of the bucket, taken from a link that the SDK signed. The SDK resolves partition, endpoint and
    /// configuration.
    async fn place(&self) -> Result<&Place> {
        if let Some(place) = self.place.get() {
            return Ok(place);
        }
        let life = Duration::from_secs(LINK_LIFE.into());
        let life = PresigningConfig::expires_in(life).map_err(StorageError::internal)?;
        let request = self.client.get_object().bucket(&*self.name).key(Place::KEY);
        // Signing needs no network, so a retry would not help.
        let request = request.presigned(life).await;
        let request = request.map_err(|error| StorageError::Internal(aws::describe(&error)))?;
        let region = self.region.as_ref().map(ToString::to_string);
        let place = Place::of(request.uri(), region.unwrap_or_default())?;
        Ok(self.place.get_or_init(|| place))
    }
}

fn sign_sound(signer: &Signer, sound: StoredSound) -> Result<Sound> {
    let preview = signer.link(&objects::preview(&sound.audio), None, None)?;
    Ok(sound.into_sound(preview))
}

fn sign_message(signer: &Signer, message: Message) -> Result<Message<Attachment>> {
    let id = message.id;
    message.try_map(|attachment| sign_attachment(signer, attachment, Some(id)))
}

/// Files come as downloads, with the type that their bytes show, unless a browser could run it. Only what the bytes
/// show to be an image, audio or video may be shown inline.
fn sign_attachment(
    signer: &Signer,
    attachment: StoredAttachment,
    message_id: Option<MessageId>,
) -> Result<Attachment> {
    let StoredAttachment {
        attachment_id,
        object,
        filename,
        file_type,
        is_shown,
        file_size,
        dimensions,
    } = attachment;
    let unknown = MediaType::default();
    let served = Some(&file_type).filter(|shown| is_shown && !shown.is_active());
    let served = served.unwrap_or(&unknown).as_str();
    let key = match &object {
        StoredObject::Upload(id) => objects::upload(*id),
        StoredObject::Sound(_, audio) => objects::original(audio),
    };
    let disposition = file_name::attachment(filename.as_str(), filename.as_str());
    let file_url = signer.link(&key, Some(served), Some(&disposition))?;
    let (preview_url, sound_id) = match object {
        StoredObject::Sound(id, audio) => {
            let preview = signer.link(&objects::preview(&audio), None, None)?;
            (Some(preview), Some(id))
        }
        StoredObject::Upload(_) if is_shown && file_type.is_inline() => {
            (Some(signer.link(&key, Some(served), Some("inline"))?), None)
        }
        StoredObject::Upload(_) => (None, None),
    };
    Ok(Attachment {
        id: attachment_id,
        message_id,
        filename,
        file_url,
        file_type,
        file_size,
        width: dimensions.map(|(width, _)| width),
        height: dimensions.map(|(_, height)| height),
        preview_url,
        sound_id,
        expires_at: signer.expires_at(),
        created_at: attachment_id.created_at(),
    })
}
