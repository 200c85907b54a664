//! How object stores are asked: by HTTP/1.1. The client that object_store would bring knows HTTP/2 as well, which no store
//! needs, and which is 0.4 MB of the program.

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::{
    ClientConfigKey, ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    },
};
use reqwest::{Body, Client, NoProxy, Proxy, Request, tls::Certificate};
use url::Url;

/// How long a store is waited for until it takes a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// And until it says something more.
const READ: Duration = Duration::from_secs(30);
/// And for one request with all that it carries, which a slow reader may draw out.
const REQUEST: Duration = Duration::from_hours(24);
/// How a variable says so, as object_store reads it.
const YES: [&str; 5] = ["1", "true", "on", "yes", "y"];

/// Makes clients, as the variables of a store say: whether without TLS, whether by a proxy.
#[derive(Debug)]
pub struct Transport;

impl HttpConnector for Transport {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        match client(options) {
            Ok(client) => Ok(HttpClient::new(Http(client))),
            Err(error) => Err(object_store::Error::Generic { store: "HTTP", source: Box::new(error) }),
        }
    }
}

fn client(options: &ClientOptions) -> reqwest::Result<Client> {
    let is = |key| options.get_config_value(&key).is_some_and(|text| YES.contains(&&*text.to_lowercase()));
    let mut builder = Client::builder()
        .user_agent(concat!("Sluice/", env!("CARGO_PKG_VERSION")))
        .https_only(!is(ClientConfigKey::AllowHttp))
        .tls_danger_accept_invalid_certs(is(ClientConfigKey::AllowInvalidCertificates))
        .connect_timeout(CONNECT)
        .read_timeout(READ)
        .timeout(REQUEST);
    if let Some(url) = options.get_config_value(&ClientConfigKey::ProxyUrl) {
        let excluded = options.get_config_value(&ClientConfigKey::ProxyExcludes);
        builder = builder.proxy(Proxy::all(url)?.no_proxy(excluded.as_deref().and_then(NoProxy::from_string)));
    }
    if let Some(pem) = options.get_config_value(&ClientConfigKey::ProxyCaCertificate) {
        builder = builder.tls_certs_merge([Certificate::from_pem(pem.as_bytes())?]);
    }
    builder.build()
}

#[derive(Debug)]
struct Http(Client);

#[async_trait]
impl HttpService for Http {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url: Url = parts.uri.to_string().parse().map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut request = Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        if body.content_length() > 0 {
            *request.body_mut() = Some(Body::wrap(body));
        }
        let response: http::Response<Body> = self.0.execute(request).await.map_err(failure)?.into();
        Ok(response.map(|body| HttpResponseBody::new(body.map_err(failure))))
    }
}

// By its kind it is known whether to ask again: one that broke off, where asking twice does no harm.
fn failure(error: reqwest::Error) -> HttpError {
    let kind = match &error {
        error if error.is_timeout() => HttpErrorKind::Timeout,
        error if error.is_connect() => HttpErrorKind::Connect,
        error if error.is_decode() => HttpErrorKind::Decode,
        error if error.is_request() || error.is_body() => HttpErrorKind::Interrupted,
        _ => HttpErrorKind::Unknown,
    };
    // Addresses may be signed.
    HttpError::new(kind, error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_store_is_asked_without_tls_only_where_a_variable_says_so() {
        for (word, asked) in [("true", true), ("1", true), ("Yes", true), ("false", false), ("no", false)] {
            let options = ClientOptions::new().with_config(ClientConfigKey::AllowHttp, word);
            let answer = client(&options).unwrap().get("http://127.0.0.1:1").send().await;
            assert_eq!(answer.unwrap_err().is_connect(), asked, "{word}");
        }
    }
}
