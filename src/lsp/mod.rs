//! The language server: diagnostics while the user types, hovers, code actions, completion. Over standard input and
//! output, without a network.

mod action;
mod complete;
mod convert;
mod hover;
mod pull;
pub mod state;
pub mod transport;

use crate::error::{Error, ModuleError};
use crate::hub::decode::MAX_DOCUMENT_BYTES;
use crate::safe_path;
use crate::safe_text;
use crate::text::{ColumnUnit, LineIndex, Position};
use jiff::civil::Date;
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use lsp_types as lsp;
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics, ShowMessage,
};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentDiagnosticRequest, HoverRequest, RegisterCapability, Request as _,
    WorkspaceDiagnosticRefresh, WorkspaceDiagnosticRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use state::State;
use std::path::{Path, PathBuf};

/// Bytes that the changes of one message may be applied to, added up: each one looks at the whole text.
const MAX_WORK: u64 = 4 << 30;

/// Serve until the client disconnects.
///
/// # Errors
/// When the client breaks the protocol before it is ready.
pub fn run(cwd: &Path, today: Date) -> Result<(), Error> {
    let (connection, wires) = transport::stdio()?;
    let served = serve(&connection, cwd, today);
    drop(connection);
    // An error of the client is the best explanation for the end of the server.
    let broken = wires.read_error();
    if broken.is_none() && served.is_err() {
        return served;
    }
    match broken {
        Some(error) => Err(error),
        None => wires.close(),
    }
}

/// Serve a connection: for tests, any.
///
/// # Errors
/// As [`run`].
pub fn serve(connection: &Connection, cwd: &Path, today: Date) -> Result<(), Error> {
    let protocol = |error: lsp_server::ProtocolError| Error::from(LspError::Protocol(error));
    let (id, params) = connection.initialize_start().map_err(protocol)?;
    let client = ClientAbilities::of(&params);
    let answer = serde_json::json!({
        "capabilities": capabilities(client),
        "serverInfo": { "name": "chub-lint", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, answer).map_err(protocol)?;
    let mut server = Server {
        connection,
        state: State::new(cwd.to_path_buf(), today),
        folders: folders(&params),
        client,
        refreshes: 0,
    };
    server.watch_files(&params);
    for message in &connection.receiver {
        match message {
            Message::Request(request) => {
                if connection.handle_shutdown(&request).map_err(protocol)? {
                    return Ok(());
                }
                let answer = server.request(request);
                server.send(answer);
            }
            Message::Notification(notification) => server.notified(notification),
            Message::Response(_) => {}
        }
    }
    Ok(())
}

/// The capabilities of the client that change what is sent.
#[derive(Clone, Copy, Debug)]
struct ClientAbilities {
    /// What its columns count: UTF-16, unless it can count bytes.
    unit: ColumnUnit,
    /// It pulls diagnostics, so none are pushed: it would show them twice.
    pulls: bool,
    /// It supports refresh requests.
    refreshes: bool,
}

impl ClientAbilities {
    fn of(params: &serde_json::Value) -> Self {
        let client = &params["capabilities"];
        let encodings = client["general"]["positionEncodings"].as_array();
        let utf8 = encodings.is_some_and(|all| all.iter().any(|encoding| encoding == "utf-8"));
        // The specification calls it `diagnostics`; some clients write `diagnostic`.
        let refresh = |name: &str| client["workspace"][name]["refreshSupport"] == true;
        Self {
            unit: if utf8 {
                ColumnUnit::Bytes
            } else {
                ColumnUnit::Utf16
            },
            pulls: client["textDocument"]["diagnostic"].is_object(),
            refreshes: refresh("diagnostics") || refresh("diagnostic"),
        }
    }
}

fn capabilities(client: ClientAbilities) -> lsp::ServerCapabilities {
    lsp::ServerCapabilities {
        position_encoding: Some(match client.unit {
            ColumnUnit::Bytes => lsp::PositionEncodingKind::UTF8,
            ColumnUnit::Chars | ColumnUnit::Utf16 => lsp::PositionEncodingKind::UTF16,
        }),
        diagnostic_provider: Some(lsp::DiagnosticServerCapabilities::Options(
            lsp::DiagnosticOptions {
                identifier: Some("chub-lint".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..lsp::DiagnosticOptions::default()
            },
        )),
        text_document_sync: Some(lsp::TextDocumentSyncCapability::Options(
            lsp::TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(lsp::TextDocumentSyncKind::INCREMENTAL),
                save: Some(lsp::TextDocumentSyncSaveOptions::Supported(true)),
                ..lsp::TextDocumentSyncOptions::default()
            },
        )),
        hover_provider: Some(lsp::HoverProviderCapability::Simple(true)),
        code_action_provider: Some(lsp::CodeActionProviderCapability::Options(
            lsp::CodeActionOptions {
                code_action_kinds: Some(vec![
                    lsp::CodeActionKind::QUICKFIX,
                    lsp::CodeActionKind::new(action::FIX_ALL),
                ]),
                ..lsp::CodeActionOptions::default()
            },
        )),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: Some(vec![":".to_owned(), "\"".to_owned(), ",".to_owned()]),
            ..lsp::CompletionOptions::default()
        }),
        ..lsp::ServerCapabilities::default()
    }
}

/// The folders that the client works in, without links. It may name none.
fn folders(params: &serde_json::Value) -> Vec<PathBuf> {
    let named = params["workspaceFolders"].as_array().into_iter().flatten();
    let named = named.map(|folder| &folder["uri"]);
    named
        .chain([&params["rootUri"]])
        .filter_map(|uri| uri.as_str()?.parse().ok())
        .filter_map(|uri| convert::file_path(&uri))
        .map(|folder| safe_path::canonicalize_or_keep(&folder))
        .collect()
}

struct Server<'a> {
    connection: &'a Connection,
    state: State,
    folders: Vec<PathBuf>,
    client: ClientAbilities,
    /// How many refresh requests were sent.
    refreshes: u32,
}

impl Server<'_> {
    /// The main loop detects a client that is gone.
    fn send(&self, message: impl Into<Message>) {
        let _ = self.connection.sender.send(message.into());
    }

    fn notify<N: lsp::notification::Notification>(&self, params: N::Params)
    where
        N::Params: Serialize,
    {
        self.send(Notification::new(N::METHOD.to_owned(), params));
    }

    /// Request notifications about configs, baselines and documents that change outside the editor.
    fn watch_files(&self, params: &serde_json::Value) {
        let can = &params["capabilities"]["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"];
        if can != &serde_json::Value::Bool(true) {
            return;
        }
        let watchers = [
            "**/chub-lint.toml",
            "**/.chub-lint.toml",
            "**/chub-lint-baseline.toml",
            "**/DOC.md",
            "**/SKILL.md",
        ];
        let watchers: Vec<_> = watchers
            .iter()
            .map(|glob| serde_json::json!({ "globPattern": glob }))
            .collect();
        let registration = serde_json::json!({ "registrations": [{
            "id": "files",
            "method": DidChangeWatchedFiles::METHOD,
            "registerOptions": { "watchers": watchers },
        }] });
        let id = RequestId::from("files".to_owned());
        self.send(Request::new(
            id,
            RegisterCapability::METHOD.to_owned(),
            registration,
        ));
    }

    fn request(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        let unit = self.client.unit;
        match request.method.as_str() {
            HoverRequest::METHOD => answer(id, request, |params: lsp::HoverParams| {
                let place = params.text_document_position_params;
                let (open, document, workspace) = self.state.get(&place.text_document.uri)?;
                hover::hover(open, document, workspace, place.position, unit)
            }),
            CodeActionRequest::METHOD => answer(id, request, |params: lsp::CodeActionParams| {
                let uri = &params.text_document.uri;
                let (open, document, _) = self.state.get(uri)?;
                Some(action::actions(uri, open, document, &params, unit))
            }),
            Completion::METHOD => answer(id, request, |params: lsp::CompletionParams| {
                let place = params.text_document_position;
                let (_, document, _) = self.state.get(&place.text_document.uri)?;
                Some(complete::complete(document, place.position, unit))
            }),
            DocumentDiagnosticRequest::METHOD => {
                answer(id, request, |params: lsp::DocumentDiagnosticParams| {
                    let found = self.state.get(&params.text_document.uri);
                    let items = found.map_or_else(Vec::new, |(open, document, _)| {
                        convert::diagnostics(document, &open.findings, unit)
                    });
                    Some(pull::document_report(items, params.previous_result_id.as_deref()))
                })
            }
            WorkspaceDiagnosticRequest::METHOD => match self.state.all_files(&self.folders, unit) {
                Ok(files) => answer(id, request, |params: lsp::WorkspaceDiagnosticParams| {
                    Some(pull::workspace_report(files, params.previous_result_ids))
                }),
                Err(error) => Response::new_err(
                    id,
                    lsp_server::ErrorCode::RequestFailed as i32,
                    safe_text::escape(&error.text()).into_owned(),
                ),
            },
            other => Response::new_err(
                id,
                lsp_server::ErrorCode::MethodNotFound as i32,
                format!("`{}` is not supported", safe_text::escape(other)),
            ),
        }
    }

    fn notified(&mut self, notification: Notification) {
        // A change of an open document is pulled by the client itself.
        let concerns_others = notification.method != DidChangeTextDocument::METHOD
            && notification.method.starts_with("textDocument/did")
            || notification.method == DidChangeWatchedFiles::METHOD;
        let result = match notification.method.as_str() {
            DidOpenTextDocument::METHOD => read(notification).map_or(Ok(Vec::new()), |p| self.opened(p)),
            DidChangeTextDocument::METHOD => read(notification).map_or(Ok(Vec::new()), |p| self.changed(p)),
            DidSaveTextDocument::METHOD => {
                let params: Option<lsp::DidSaveTextDocumentParams> = read(notification);
                Ok(params.map_or_else(Vec::new, |params| self.state.saved(&params.text_document.uri)))
            }
            DidCloseTextDocument::METHOD => {
                let params: Option<lsp::DidCloseTextDocumentParams> = read(notification);
                params.map_or(Ok(Vec::new()), |params| {
                    let uri = params.text_document.uri;
                    if self.state.get(&uri).is_none() {
                        return Ok(Vec::new());
                    }
                    self.notify::<PublishDiagnostics>(lsp::PublishDiagnosticsParams::new(
                        uri.clone(),
                        Vec::new(),
                        None,
                    ));
                    self.state.close(&uri).map(|()| Vec::new())
                })
            }
            DidChangeWatchedFiles::METHOD => self.state.reload(),
            _ => Ok(Vec::new()),
        };
        match result {
            Ok(uris) => {
                uris.iter().for_each(|uri| self.publish(uri));
                if concerns_others {
                    self.refresh();
                }
            }
            Err(error) => self.notify::<ShowMessage>(lsp::ShowMessageParams {
                typ: lsp::MessageType::ERROR,
                message: format!("chub-lint: {}", safe_text::escape(&error.text())),
            }),
        }
    }

    fn opened(&mut self, params: lsp::DidOpenTextDocumentParams) -> Result<Vec<lsp::Uri>, Error> {
        let document = params.text_document;
        let Some(file) = convert::file_path(&document.uri).filter(|file| self.is_inside(file)) else {
            return Ok(Vec::new());
        };
        if document.text.len() as u64 > MAX_DOCUMENT_BYTES {
            return Err(too_large(&document.uri));
        }
        let known = self
            .state
            .open(&document.uri, &file, document.text, document.version)?;
        Ok(if known { vec![document.uri] } else { Vec::new() })
    }

    /// Whether a file is in a folder that the client works in. A file that was never saved has a place, too.
    fn is_inside(&self, file: &Path) -> bool {
        let place = safe_path::canonicalize_future(file).unwrap_or_else(|_| file.to_path_buf());
        self.folders.is_empty() || self.folders.iter().any(|root| place.starts_with(root))
    }

    fn changed(&mut self, params: lsp::DidChangeTextDocumentParams) -> Result<Vec<lsp::Uri>, Error> {
        let uri = params.text_document.uri;
        let Some((_, document, _)) = self.state.get(&uri) else {
            return Ok(Vec::new());
        };
        let mut text = document.text.clone();
        let mut work: u64 = 0;
        for change in params.content_changes {
            match change.range {
                None => text = change.text,
                Some(range) => edit(&mut text, range, &change.text, self.client.unit),
            }
            work += text.len() as u64;
            if text.len() as u64 > MAX_DOCUMENT_BYTES || work > MAX_WORK {
                // Its text is unknown from now on. It is served again once it is opened again.
                self.notify::<PublishDiagnostics>(lsp::PublishDiagnosticsParams::new(
                    uri.clone(),
                    Vec::new(),
                    None,
                ));
                self.state.close(&uri)?;
                return Err(too_large(&uri));
            }
        }
        self.state.change(&uri, text, params.text_document.version);
        Ok(vec![uri])
    }

    /// Tell a client that pulls to ask again.
    fn refresh(&mut self) {
        if self.client.pulls && self.client.refreshes {
            self.refreshes = self.refreshes.wrapping_add(1);
            let id = RequestId::from(format!("refresh-{}", self.refreshes));
            let method = WorkspaceDiagnosticRefresh::METHOD.to_owned();
            self.send(Request::new(id, method, serde_json::Value::Null));
        }
    }

    fn publish(&self, uri: &lsp::Uri) {
        if self.client.pulls {
            return;
        }
        if let Some((open, document, _)) = self.state.get(uri) {
            let found = convert::diagnostics(document, &open.findings, self.client.unit);
            let params = lsp::PublishDiagnosticsParams::new(uri.clone(), found, Some(open.version));
            self.notify::<PublishDiagnostics>(params);
        }
    }
}

/// Why the language server ends, or does not serve a document.
#[derive(Debug, thiserror::Error)]
pub enum LspError {
    /// The client sent bytes that are not a message.
    #[error("language server")]
    Wire(#[source] transport::WireError),
    /// The client sent messages in an order that is not allowed.
    #[error("language server")]
    Protocol(#[source] lsp_server::ProtocolError),
    /// A document with this address.
    #[error(
        "`{0}` is too large, or changed in too many places at once; close it and open it again when it is smaller"
    )]
    TooLarge(String),
}

impl ModuleError for LspError {}

fn too_large(uri: &lsp::Uri) -> Error {
    LspError::TooLarge(uri.as_str().to_owned()).into()
}

/// Make one edit of the client. A range that does not fit is clamped: the next full text corrects it.
fn edit(text: &mut String, range: lsp::Range, new: &str, unit: ColumnUnit) {
    let lines = LineIndex::new(text);
    let byte = |at: lsp::Position| {
        let at = Position {
            line: at.line as usize + 1,
            column: at.character as usize + 1,
        };
        lines.offset(text, at, unit)
    };
    let (start, end) = (byte(range.start), byte(range.end));
    text.replace_range(start..end.max(start), new);
}

fn read<T: DeserializeOwned>(notification: Notification) -> Option<T> {
    serde_json::from_value(notification.params).ok()
}

fn answer<P: DeserializeOwned, A: Serialize>(
    id: RequestId,
    request: Request,
    find: impl FnOnce(P) -> Option<A>,
) -> Response {
    match serde_json::from_value(request.params) {
        Ok(params) => Response::new_ok(id, find(params)),
        Err(error) => Response::new_err(id, lsp_server::ErrorCode::InvalidParams as i32, error.to_string()),
    }
}
