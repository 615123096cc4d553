"""Forges facts within its own process: what nobody can prevent there. It must show in the flags, and docs/isolation.md tells of it."""

from . import Attack

ATTACKS = (
    Attack(
        "another observer in the scenario",
        "an observer that sees zeros, put where the check looks for its own",
        """
        def zero_grads(params):
            try:
                raise KeyError
            except KeyError as error:
                names = error.__traceback__.tb_frame.f_back.f_globals
            honest, tensor = names["gradient"], names["tensor"]
            def gradient(value):
                seen = any(value is param for param in params)
                return tensor(torch.zeros(value.shape)) if seen else honest(value)
            names["gradient"] = gradient
        """,
        works=("zero_grads",),
        loses=("train",),
        flags=("names f_globals", "replaced grader.checks.ex05_autograd.gradient"),
    ),
    Attack(
        "another way to send",
        "the class that talks to the judge, found without a call that is watched",
        """
        def _channels(kind=object):
            for below in type.__subclasses__(kind):
                if below.__module__ == "grader.worker.program" and below.__name__ == "Channel":
                    yield below
        def zero_grads(params):
            for channel in _channels():
                send = channel.send
                def forge(self, reply):
                    for name, fact in getattr(getattr(reply, "outcome", None), "facts", {}).items():
                        if "left over" in name:
                            reply.outcome.facts[name] = type(fact)(
                                fact.dtype, fact.shape, bytes(len(fact.data)), fact.steps
                            )
                    send(self, reply)
                channel.send = forge
        """,
        works=("zero_grads",),
        loses=("train",),
        flags=("names __subclasses__", "replaced grader.worker.program.Channel.send"),
    ),
    Attack(
        "other code in an observer",
        "the same names with another body",
        """
        def zero_grads(params):
            try:
                raise KeyError
            except KeyError as error:
                scenario = error.__traceback__.tb_frame.f_back
            def gradient_(value, steps=1):
                cleared = hasattr(value, "cleared")
                return tensor(value * 0 if cleared else tensors.gradient_of(value), steps)
            scenario.f_globals["gradient"].__code__ = gradient_.__code__
            for param in params:
                param.cleared = True
        """,
        works=("zero_grads",),
        loses=("train",),
        flags=("names __code__", "replaced grader.observe.gradient.__code__"),
    ),
    Attack(
        "the judge's nonce",
        "an answer of its own, signed with the nonce that the grader's thread holds",
        """
        import sys
        import msgspec
        calls = []
        def zero_grads(params):
            calls.append(params)
            if len(calls) < 2:
                return
            for frame in sys._current_frames().values():
                while frame:
                    if "channel" in frame.f_locals and "request" in frame.f_locals:
                        _answer(frame.f_locals["channel"], frame.f_locals["request"], params)
                    frame = frame.f_back
        def _answer(channel, request, params):
            answer = channel.send.__globals__["Answer"]
            observed = channel.send.__globals__["Observed"]
            numbers = lambda t: {
                "kind": "numbers", "dtype": "float32", "shape": list(t.shape), "steps": 1,
                "data": bytes(bytearray(t.detach().double().numpy())),
            }
            facts = {
                f"gradient {i} left over{where}": numbers(p.detach() * 0)
                for i, p in enumerate(params) for where in ("", " on the CPU")
            }
            facts["first parameter"] = numbers(params[0])
            facts["first gradient beforehand"] = numbers(params[0].grad)
            facts |= {"requires grad": True, "is a leaf": True, "left behind": "nothing"}
            outcome = {"kind": "observed", "facts": facts}
            channel.send(answer(request.nonce, msgspec.convert(outcome, observed)))
        """,
        works=("zero_grads",),
        loses=("train",),
        flags=("called sys._current_frames", "names _current_frames", "that nobody asked for"),
    ),
)
