class Client:
    def __init__(self, *, token: str, timeout: float = 10.0) -> None:
        self.token = token

    def get_order(self, order_id: str) -> "Order":
        raise NotImplementedError


class Order:
    id: str
    total: int
