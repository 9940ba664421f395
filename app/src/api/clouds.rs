//! What is seen of clouds.

use intent::{CloudConfigured, CloudName, CloudSeen, Found, ServicePage, ServiceSeen};
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine};

/// The clouds I may see.
#[server(endpoint = "clouds")]
pub async fn clouds() -> Result<Vec<CloudSeen>, AppError> {
    Ok(engine().clouds(&actor()?))
}

/// One cloud.
#[server(endpoint = "cloud")]
pub async fn cloud(cloud: CloudName) -> Result<CloudSeen, AppError> {
    Ok(engine().cloud(&actor()?, &cloud)?)
}

/// The services of a cloud.
#[server(endpoint = "services")]
pub async fn services(cloud: CloudName) -> Result<Vec<ServiceSeen>, AppError> {
    Ok(engine().services(&actor()?, &cloud)?)
}

/// One service of a cloud.
#[server(endpoint = "service")]
pub async fn service(
    cloud: CloudName,
    namespace: String,
    name: String,
) -> Result<ServicePage, AppError> {
    Ok(engine().service(&actor()?, &cloud, &namespace, &name)?)
}

/// The clouds as they were configured.
#[server(endpoint = "configured")]
pub async fn configured() -> Result<Vec<CloudConfigured>, AppError> {
    Ok(engine().configured(&actor()?).await)
}

/// Things with this in their names.
#[server(endpoint = "find")]
pub async fn find(text: String) -> Result<Vec<Found>, AppError> {
    Ok(engine().find(&actor()?, &text).await?)
}
