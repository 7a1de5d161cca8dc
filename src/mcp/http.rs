//! The server over HTTP, for clients that cannot start a program: on loopback, with a token, and not for web pages.

use super::hubs::{Hubs, ServerSettings};
use super::server::{Server, ServerError};
use crate::error::Error;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, HeaderMap, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_service::Service;

/// The path that is served.
const PATH: &str = "/mcp";
/// The shortest token that is accepted, in characters.
const MIN_TOKEN: usize = 16;
/// The most connections at once: each may hold a thread while a tool runs.
const MAX_CONNECTIONS: usize = 64;
/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Serve clients on a port of 127.0.0.1 until the process ends. `tell` gets lines with the address and the token.
///
/// # Errors
/// When the port cannot be used, or the token is too short.
pub fn serve_http(
    settings: ServerSettings,
    port: u16,
    token: Option<String>,
    tell: impl Fn(&str),
) -> Result<(), Error> {
    let is_made = token.is_none();
    let token = token.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    if token.len() < MIN_TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ServerError::Token.into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Start)?;
    let served: Result<(), ServerError> = runtime.block_on(async {
        let listen = |source| ServerError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        tell(&format!("serving http://{address}{PATH}"));
        tell(&match is_made {
            true => format!("token: {token}"),
            false => "token: as CHUB_LINT_MCP_TOKEN says".to_owned(),
        });
        accept(listener, settings, &token).await;
        Ok(())
    });
    runtime.shutdown_background();
    Ok(served?)
}

/// Accept connections until the process ends.
async fn accept(listener: TcpListener, settings: ServerSettings, token: &str) {
    let hubs = Arc::new(Hubs::new(settings));
    // The names of hosts are checked by default, so that no other name leads here (DNS rebinding). A web page sends its
    // origin, and none is allowed.
    let config = StreamableHttpServerConfig::default().enforce_origin_validation();
    let service = StreamableHttpService::new(
        move || Ok(Server::new(Arc::clone(&hubs))),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let expected: Arc<str> = format!("Bearer {token}").into();
    let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, or a client that is gone: wait a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (service, expected) = (service.clone(), Arc::clone(&expected));
        tokio::spawn(async move {
            let _permit = permit;
            let answer = service_fn(move |request: Request<Incoming>| {
                let (mut service, expected) = (service.clone(), Arc::clone(&expected));
                async move {
                    Ok::<_, Infallible>(match refusal(&request, &expected) {
                        Some(refused) => refused.map(BodyExt::boxed),
                        None => match service.call(request).await {
                            Ok(answer) => answer,
                            Err(never) => match never {},
                        },
                    })
                }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .serve_connection(TokioIo::new(stream), answer);
            if let Err(error) = served.await {
                log::debug!("a connection ended: {error}");
            }
        });
    }
}

/// The answer to a request that is not served: another path, or not the token.
fn refusal<B>(request: &Request<B>, expected: &str) -> Option<Response<Full<Bytes>>> {
    let (status, why) = if !is_allowed(request.headers(), expected) {
        (
            StatusCode::UNAUTHORIZED,
            "send the token of the server: Authorization: Bearer TOKEN\n",
        )
    } else if request.uri().path() != PATH {
        (StatusCode::NOT_FOUND, "the server is at /mcp\n")
    } else {
        return None;
    };
    let mut answer = Response::new(Full::new(Bytes::from_static(why.as_bytes())));
    *answer.status_mut() = status;
    if status == StatusCode::UNAUTHORIZED {
        answer.headers_mut().insert(
            WWW_AUTHENTICATE,
            hyper::header::HeaderValue::from_static("Bearer"),
        );
    }
    Some(answer)
}

/// Whether a request carries the token. All bytes are compared, so that the time says nothing about them.
fn is_allowed(headers: &HeaderMap, expected: &str) -> bool {
    let Some(given) = headers.get(AUTHORIZATION) else {
        return false;
    };
    let (given, expected) = (given.as_bytes(), expected.as_bytes());
    let differs = given
        .iter()
        .zip(expected)
        .fold(0, |differs, (a, b)| differs | (a ^ b));
    given.len() == expected.len() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_needs_the_token_and_the_path() {
        let status = |path: &str, token: Option<&str>| {
            let mut request = Request::builder().uri(path);
            if let Some(token) = token {
                request = request.header(AUTHORIZATION, token);
            }
            refusal(&request.body(()).unwrap(), "Bearer abc").map(|refused| refused.status().as_u16())
        };
        assert_eq!(status("/mcp", Some("Bearer abc")), None);
        assert_eq!(status("/", Some("Bearer abc")), Some(404));
        for token in [
            None,
            Some(""),
            Some("Bearer ab"),
            Some("Bearer abd"),
            Some("Bearer abcd"),
            Some("abc"),
        ] {
            assert_eq!(status("/mcp", token), Some(401), "{token:?}");
        }
    }
}
