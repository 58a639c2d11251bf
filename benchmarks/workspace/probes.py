"""What the page itself takes note of while it is measured."""

START = """
window.startedAt = new Promise((resolve) => {
    // Interactive is when a key does its work and the result has been painted.
    const ask = () => {
        const first = document.querySelector('form input[type=radio]');
        if (!first) return requestAnimationFrame(ask);
        const visible = performance.now();
        const press = () => {
            window.dispatchEvent(new KeyboardEvent('keydown', { key: '1', code: 'Digit1' }));
            requestAnimationFrame(() => {
                if (!first.checked) return setTimeout(press, 10);
                const after = new MessageChannel();
                after.port1.onmessage = () => resolve([visible, performance.now()]);
                after.port2.postMessage(0);
            });
        };
        press();
    };
    requestAnimationFrame(ask);
});
"""
"""Runs before the page: `startedAt` gives when a choice was there, and when a key picked it."""

TO_NEXT = """(heading) => new Promise((resolve) => {
    const begun = performance.now();
    const painted = () => {
        const after = new MessageChannel();
        after.port1.onmessage = () => resolve(performance.now() - begun);
        after.port2.postMessage(0);
    };
    const look = () => {
        if (document.querySelector('h1')?.textContent !== heading) requestAnimationFrame(look);
        else painted();
    };
    document.querySelector('form > .acts .primary').click();
    requestAnimationFrame(look);
})"""
"""Milliseconds from the click on Submit until the next task's first frame has been painted."""

MOVES = """() => {
    const seen = { frames: [], delays: [], moves: 0 };
    let running = true;
    const frame = (now) => {
        seen.frames.push(now);
        if (running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const moved = (event) => {
        seen.moves += 1;
        const came = event.timeStamp;
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => seen.delays.push(performance.now() - came);
            after.port2.postMessage(0);
        });
    };
    window.addEventListener('pointermove', moved, { capture: true });
    window.endOfMoves = () => {
        running = false;
        window.removeEventListener('pointermove', moved, { capture: true });
        return seen;
    };
}"""
"""Begins to note every frame, and every pointer movement's delay until its frame was painted."""

BITMAPS = """
window.decoded = { bytes: 0, most: 0 };
{
    const own = new WeakMap();
    const make = window.createImageBitmap;
    window.createImageBitmap = async (...given) => {
        const bitmap = await make(...given);
        own.set(bitmap, bitmap.width * bitmap.height * 4);
        window.decoded.bytes += own.get(bitmap);
        window.decoded.most = Math.max(window.decoded.most, window.decoded.bytes);
        return bitmap;
    };
    const close = ImageBitmap.prototype.close;
    ImageBitmap.prototype.close = function () {
        window.decoded.bytes -= own.get(this) ?? 0;
        own.delete(this);
        return close.call(this);
    };
}
"""
"""Runs before the page: counts the memory of decoded pictures that have not been closed."""

STEPS = """() => {
    window.steps = [];
    window.addEventListener('keydown', (event) => {
        const came = event.timeStamp;
        const field = document.querySelector('.transport .number input');
        const before = field.value;
        const look = () => {
            const waits = document.querySelector('.stage .waiting, .stage .broken');
            if (field.value === before || waits) return requestAnimationFrame(look);
            const after = new MessageChannel();
            after.port1.onmessage = () => window.steps.push(performance.now() - came);
            after.port2.postMessage(0);
        };
        requestAnimationFrame(look);
    }, { capture: true });
}"""
"""Begins to note how long each step takes from its key until the frame has been painted."""
