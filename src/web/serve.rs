//! Serves the pages on a listener until told to stop; requests that are under way are finished first.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::app::App;
use super::router::router;

pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop)
        .await
}
