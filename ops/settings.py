"""What a deployment decides, read from the environment; every default runs on one machine with nothing installed."""

from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Sink(StrEnum):
    """How frames leave: encoded once and handed to the socket's buffer, or as messages that any server takes."""

    FRAMES = "frames"
    PLAIN = "plain"


class Settings(BaseSettings):
    """Each field is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore")

    database_url: str = ""
    redis_url: str = ""
    data_dir: Path = Path("data")
    storage_url: str = ""
    audit_key_file: Path | None = Field(default=None, description="signs the audit; several machines share one")
    origin: str = Field(default="", description="the one address that browsers use, such as https://board.example.org")
    port: int = 8000
    host: str = "127.0.0.1"
    partnership: str = Field(default="", description="what the agencies call themselves together; above every sign-in")
    demo: bool = False
    sockets_per_officer: int = Field(default=30, description="open pages of one officer, in each process")
    sockets_per_address: int = Field(
        default=2000, description="open pages behind one address, in each process: a whole agency may share one"
    )
    leave_notice: float = Field(
        default=0,
        ge=0,
        le=30,
        description="seconds that /readyz says 'leaving' before a stopping process moves its sockets: as long as a "
        "load balancer needs to ask twice",
    )
    tallyboard_sink: Sink = Field(default=Sink.FRAMES, description="how frames leave: frames or plain")
    metrics_address: str = Field(
        default="",
        description="host:port where Prometheus asks, never the address that browsers use; nothing when it is empty",
    )
    tile_url: str = Field(
        default="", description="a real map: the address of its tiles, such as https://tiles.example/{z}/{x}/{y}.png"
    )
    tile_credit: str = Field(default="", description="what the tiles' licence wants said beside the map")
    api_per_minute: int = Field(default=1200, ge=1, description="requests of one token, over all processes")
    require_second_factor: bool = Field(
        default=False, description="keep officers without a passkey or a code app on the page where they add one"
    )

    def database(self) -> str:
        """Give the database's address: SQLite in the data folder unless told otherwise."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tallyboard.db'}"

    def audit_key(self) -> Path:
        """Give the file of the key that signs the audit: in the data folder unless told otherwise."""
        return self.audit_key_file or self.data_dir / "audit.key"

    def host_of_passkeys(self) -> str:
        """Give the host that passkeys belong to; one made for it works at no other."""
        return urlsplit(self.origin).hostname or "localhost"

    def tile_origin(self) -> str:
        """Give the one other address from which pages may load pictures; empty without tiles."""
        parts = urlsplit(self.tile_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""

    def address(self) -> str:
        """Give the address that a link which is handed over begins with."""
        return self.origin or f"http://localhost:{self.port}"

    def allowed_origins(self) -> frozenset[str]:
        """Give the origins that may post and open sockets; never derived from a request."""
        if self.origin:
            return frozenset({self.origin})
        return frozenset({f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}"})
