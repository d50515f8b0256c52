"""The head of an OpenAPI document. Root: Document."""

from typing import Optional

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, HttpUrl


class Contact(BaseModel):
    name: Optional[str] = None
    url: Optional[HttpUrl] = None


class License(BaseModel):
    name: str
    identifier: str | None = None


class Info(BaseModel):
    title: str
    version: str
    terms: AnyUrl | None = Field(None, alias="termsOfService")
    contact: Contact | None = None
    license_: License | None = Field(default=None, alias="license")


class Variable(BaseModel):
    default: str
    enum: list[str] | None = None


class Server(BaseModel):
    url: str
    description: str = ""
    variables: dict[str, Variable] = {}


class Document(BaseModel):
    model_config = ConfigDict(title="OpenAPI Document", json_schema_extra={"examples": [{"openapi": "3.1.0"}]})

    openapi: str = Field(pattern=r"^3\.1\.\d+$")
    info: Info
    servers: list[Server] = []
    dialect: str = Field(alias="jsonSchemaDialect", default="https://spec.openapis.org/oas/3.1/dialect/base")
