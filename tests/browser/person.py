"""A worker's hands and eyes in a browser test."""

from typing import Any, Self

from playwright.sync_api import BrowserContext, Locator, Route, expect
from tests.browser.office import Office


class Person:
    """Somebody at the workspace: `page` is Playwright's, the rest are words for what they do."""

    def __init__(self, context: BrowserContext, office: Office) -> None:
        self.office = office
        self.context = context
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self._expected: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        self.page.goto(self.office.link)
        expect(self.page).to_have_url(f"{self.office.origin}/work")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.context.close()
        if kind is None:
            unexpected = [
                complaint
                for complaint in self.complaints
                if not any(part in complaint for part in self._expected)
            ]
            assert not unexpected, unexpected

    @property
    def heading(self) -> Locator:
        return self.page.locator("h1")

    def sees(self, instruction: str) -> Self:
        """The task with this instruction is in hand."""
        expect(self.heading).to_have_text(instruction)
        return self

    def idles(self) -> None:
        expect(self.heading).to_have_text("You are all caught up")

    def press(self, *keys: str) -> Self:
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def submit(self) -> None:
        self.button("Submit").click()

    def settle(self) -> Self:
        """Wait out the moment in which an untouched form takes no submit."""
        self.page.wait_for_timeout(450)
        return self

    def reply_to(self, path: str, status: int, body: dict[str, Any]) -> None:
        """Let the next call to `path` get this reply instead of the server's."""

        def fulfil(route: Route) -> None:
            route.fulfill(status=status, json=body)

        self.page.route(path, fulfil, times=1)

    def forgives(self, *parts: str) -> None:
        """Complaints that hold one of these words are to be expected, also if they come late."""
        self._expected.extend(parts)

    def _hear(self, message: Any) -> None:
        # A draft that crosses the answer on the line is refused, as are settings that cross theirs.
        crossed = message.location["url"].endswith(("/draft", "/settings"))
        blocked = message.text == "Service Worker registration blocked by Playwright"
        if message.type in {"error", "warning"} and not crossed and not blocked:
            self.complaints.append(message.text)
