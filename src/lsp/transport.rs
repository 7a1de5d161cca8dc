//! Messages over standard input and output, with limits: a message of a faulty client must not use more
//! memory than is available.

use super::LspError;
use crate::error::Error;
use crate::exit;
use lsp_server::{Connection, ErrorCode, Message, RequestId, Response};
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// The largest message, in bytes: the largest document, and what JSON adds.
const MAX_MESSAGE: u64 = 64 << 20;
/// The longest line of a header, in bytes, and the most lines.
const MAX_HEADER: u64 = 4 << 10;
const MAX_HEADERS: usize = 32;
/// How many messages may wait. A client that sends faster than they are served has to wait too.
const MAX_WAITING: usize = 8;

/// What is wrong with the bytes of a client.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// An invalid header, or one that is too long.
    #[error("invalid header; each line is `Name: value`, at most {MAX_HEADER} bytes long")]
    Header,
    /// No length, two lengths, or one that is not a number.
    #[error("invalid `Content-Length`; send one whole number of bytes per message")]
    Length,
    /// A message that is too long.
    #[error("message of {0} bytes; the limit is {MAX_MESSAGE}")]
    TooLong(u64),
    /// A message that is not JSON-RPC.
    #[error("invalid message: {0}")]
    Invalid(String),
    /// The stream broke, or ended inside of a message.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// What a client sent.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// A request that cannot be read; only its id is known.
    Unreadable(RequestId),
}

/// Read one message; `None` at the end of the stream.
///
/// # Errors
/// When the bytes are not a message, or exceed the limits. Nothing after that can be read.
pub fn read(input: &mut impl BufRead) -> Result<Option<Incoming>, WireError> {
    let Some(length) = read_length(input)? else {
        return Ok(None);
    };
    if length > MAX_MESSAGE {
        return Err(WireError::TooLong(length));
    }
    // Grows with what arrives, not with what is announced.
    let mut body = Vec::new();
    let read = input.by_ref().take(length).read_to_end(&mut body)?;
    if read as u64 != length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    match serde_json::from_slice(&body) {
        Ok(message) => Ok(Some(Incoming::Message(message))),
        Err(error) => match id_of(&body) {
            Some(id) => Ok(Some(Incoming::Unreadable(id))),
            None => Err(WireError::Invalid(error.to_string())),
        },
    }
}

/// The length that the headers announce; `None` at the end of the stream.
fn read_length(input: &mut impl BufRead) -> Result<Option<u64>, WireError> {
    let mut length = None;
    for count in 0..MAX_HEADERS {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && count == 0 {
            return Ok(None);
        }
        let line = line.strip_suffix(b"\r\n").ok_or(WireError::Header)?;
        let line = std::str::from_utf8(line).map_err(|_| WireError::Header)?;
        if line.is_empty() {
            return length.ok_or(WireError::Length).map(Some);
        }
        let (name, value) = line.split_once(':').ok_or(WireError::Header)?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            let number = value
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| value.parse().ok());
            let number = number.flatten().ok_or(WireError::Length)?;
            if length.replace(number).is_some() {
                return Err(WireError::Length);
            }
        }
    }
    Err(WireError::Header)
}

/// The id of a request that is not well formed otherwise.
fn id_of(body: &[u8]) -> Option<RequestId> {
    #[derive(serde::Deserialize)]
    struct HasId {
        id: RequestId,
    }
    serde_json::from_slice::<HasId>(body)
        .ok()
        .map(|request| request.id)
}

/// Standard input and output, each served by a thread.
#[derive(Debug)]
pub struct StdioConnection {
    read: mpsc::Receiver<Result<(), WireError>>,
    writer: thread::JoinHandle<io::Result<()>>,
}

/// Connect a server to standard input and output.
///
/// # Errors
/// When no thread can be started.
pub fn stdio() -> Result<(Connection, StdioConnection), Error> {
    let (server, client) = Connection::memory();
    let Connection { sender, receiver } = client;
    let answers = server.sender.clone();
    let (done, read) = mpsc::channel();
    let reader = move || {
        let mut input = io::stdin().lock();
        let ended = loop {
            match self::read(&mut input) {
                Ok(None) => break Ok(()),
                Ok(Some(Incoming::Unreadable(id))) => {
                    let text = "the request is not well formed".to_owned();
                    let answer = Response::new_err(id, ErrorCode::InvalidRequest as i32, text);
                    let _ = answers.send(answer.into());
                }
                Ok(Some(Incoming::Message(message))) => {
                    let last = matches!(&message, Message::Notification(n) if n.method == "exit");
                    while sender.len() >= MAX_WAITING {
                        thread::sleep(Duration::from_millis(1));
                    }
                    if sender.send(message).is_err() || last {
                        break Ok(());
                    }
                }
                Err(error) => break Err(error),
            }
        };
        let _ = done.send(ended);
    };
    let writer = move || {
        let mut output = io::stdout().lock();
        receiver
            .into_iter()
            .try_for_each(|message: Message| message.write(&mut output))?;
        output.flush()
    };
    thread::Builder::new()
        .name("reader".to_owned())
        .spawn(reader)
        .map_err(Error::Output)?;
    let writer = thread::Builder::new()
        .name("writer".to_owned())
        .spawn(writer)
        .map_err(Error::Output)?;
    Ok((server, StdioConnection { read, writer }))
}

impl StdioConnection {
    /// Why the client can no longer be read, when it is because of what it sent.
    #[must_use]
    pub fn read_error(&self) -> Option<Error> {
        match self.read.try_recv() {
            Ok(Err(error)) => Some(LspError::Wire(error).into()),
            _ => None,
        }
    }

    /// Wait until all is written. The connection must be gone.
    ///
    /// # Errors
    /// When standard output broke.
    pub fn close(self) -> Result<(), Error> {
        self.writer.join().map_or(Ok(()), exit::ignore_broken_pipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bytes: &[u8]) -> Result<Option<Incoming>, WireError> {
        read(&mut io::BufReader::new(bytes))
    }

    fn framed(body: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[test]
    fn messages_are_read() {
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#;
        assert!(matches!(one(&framed(call)), Ok(Some(Incoming::Message(_)))));
        let head = format!("content-length:{}\r\nContent-Type: x\r\n\r\n{call}", call.len());
        assert!(matches!(one(head.as_bytes()), Ok(Some(Incoming::Message(_)))));
        assert!(matches!(one(b""), Ok(None)));
        assert!(matches!(
            one(&framed(r#"{"id":"a"}"#)),
            Ok(Some(Incoming::Unreadable(_)))
        ));
    }

    #[test]
    fn what_is_no_message_ends_the_stream() {
        for length in [
            "99999999999",
            "18446744073709551615",
            "99999999999999999999999",
            "-1",
            "+1",
            "1e3",
            "0x10",
            "",
            "1 2",
            "1\r\nContent-Length: 2",
        ] {
            let head = format!("Content-Length: {length}\r\n\r\n{{}}");
            assert!(one(head.as_bytes()).is_err(), "{length}");
        }
        let deep = "[".repeat(1 << 20);
        let batch = format!("[{}1]", "1,".repeat(100_000));
        for body in [
            &*deep,
            &batch,
            "{}",
            "null",
            "\"a\"",
            "{\"id\":null}",
            "{\"method\":1}",
        ] {
            assert!(one(&framed(body)).is_err());
        }
        assert!(one(&[b'a'; 1 << 20]).is_err());
        assert!(one(&b"A: b\r\n".repeat(100_000)).is_err());
        assert!(one(b"Content-Length: 10\r\n\r\n{}").is_err());
        assert!(one(b"Content-Length: 2\r\n\r\n\xff\xff").is_err());
        assert!(one(b"\r\n\r\n").is_err());
    }
}
