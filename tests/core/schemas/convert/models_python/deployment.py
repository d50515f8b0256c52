"""Settings with camel case outside. Root: Deployment."""

from ipaddress import IPv4Address, IPv6Address

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Port(Camel):
    container_port: int = Field(ge=1, le=65535)
    host_ip: IPv4Address | IPv6Address | None = None
    is_public: bool = False


class Container(Camel):
    image: str
    command: list[str] | None = None
    env_vars: dict[str, str] = {}
    ports: list[Port] = []
    cpu_limit: float = Field(0.5, alias="cpus")


class Deployment(Camel):
    service_name: str
    replica_count: int = 1
    containers: list[Container]
