// Reading of everything a store serves.
#include "tests/crash/reading.hpp"

#include "tests/kit/store_lines.hpp"

namespace gw::test {
namespace {

constexpr int messages = 16;

}  // namespace

std::vector<std::string> read_all(boost::asio::io_context& io, ports::Store& store) {
    Lines l;
    for (int i = 0; i < messages; ++i) {
        const std::string n = std::to_string(i), dossier = "D" + n;
        const core::LegId leg{i + 1};
        l.add("object " + n, run(io, store.object("dossier", "H56", dossier)));
        l.add("events of " + n, run(io, store.events_of("H56", dossier, "")));
        l.add("legs of " + n, run(io, store.legs_of("H56", dossier)));
        l.add("leg " + n, run(io, store.leg(leg)));
        l.add("attempts of " + n, run(io, store.attempts_of(leg)));
        l.add("claim view " + n, run(io, store.claim_view(leg)));
        l.add("message " + n, run(io, store.message(core::MessageId{i + 1})));
        l.add("audit of " + n, run(io, store.audit_of("H56", "k" + n)));
        const auto asked = full("k" + n, dossier).message;
        l.add(
            "answer " + n, run(io, store.answer_of(asked.partner, asked.message_key, asked.digest))
        );
        const auto feed = run(io, store.feed("H56", i, 1, {}));
        l.lines.push_back(
            "feed " + n + ": " +
            (!feed                 ? "error " + feed.error().code
             : feed->items.empty() ? "nothing"
                                   : text(feed->items.front()))
        );
    }
    return l.lines;
}

}  // namespace gw::test
