// The SMS operator, Zalo, and the phones of the people they send to, played: a pure object that
// turns calls into answers and keeps what each person would see.
#pragma once

#include "simulators/kit/call.hpp"
#include "simulators/kit/clock.hpp"
#include "simulators/kit/faults.hpp"
#include "simulators/kit/journal.hpp"
#include "simulators/phone/held.hpp"
#include "simulators/phone/options.hpp"
#include "simulators/phone/outbox.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sim::phone {

struct World;

class Phones {
public:
    Phones(Options options, std::uint64_t seed);
    ~Phones();
    Phones(const Phones&) = delete;
    Phones& operator=(const Phones&) = delete;

    /// Everything: SOAP at /bulkapi and /sms, ZNS and its token endpoint by the ends of their
    /// paths, pages, /sim/. No sockets, no clock: the same seed and the same calls at the same
    /// times give the same answers.
    kit::Answer handle(const kit::Call& call, core::Instant now);

    /// Calls the providers want to make to the gateway now; the caller has the HTTP client and
    /// gives the status back (0: no answer came). Messages arrive up to now before.
    std::vector<OutCall> due(core::Instant now);
    void answered(std::uint64_t id, int status, core::Instant now);
    /// When a message arrives or a call is due by itself; nullopt: nothing waits.
    std::optional<core::Instant> next_event() const;
    const Outbox& outbox() const;

    /// By number (84…): everything a person got, said and refuses.
    const std::map<std::string, Phone>& phones() const;
    int doubled() const;           // the same text again within ten minutes, the same id again
    std::size_t received() const;  // delivered or read
    std::size_t on_the_way() const;
    std::size_t lost() const;  // said to be accepted, never to arrive
    std::int64_t sms_balance() const;
    int token_refreshes() const;
    int refresh_tokens_reused() const;                    // NT-18: must stay 0
    std::uint64_t calls(std::string_view service) const;  // wsCpMt, checkBalance, send, refresh, …

    /// A hand on the phone: delivered, read, refuse, reply (text), feedback (1 to 5). false: no
    /// such message or action.
    bool press(
        const std::string& number,
        std::uint64_t message,
        const std::string& action,
        const std::string& text,
        core::Instant now
    );
    /// A person writes of itself: a look-up, a stop word.
    void say(
        const std::string& number, Channel channel, const std::string& text, core::Instant now
    );
    /// What is known of a number before anything was sent to it.
    Phone& phone(const std::string& number);

    kit::Faults& faults();
    kit::Journal& journal();
    const Options& options() const;
    /// JSON of /sim/state[/rest]: "", phones, phones/<number>, outbox, templates.
    std::optional<std::string> state_json(std::string_view rest = {}) const;
    /// The clock that /sim/clock sets; null (the default): the caller's own.
    void set_clock(kit::Clock* clock);
    /// "tls_expired", "tls_unknown_ca" or "tls_wrong_host" when such a switch strikes now, else "".
    std::string certificate_name(core::Instant now);
    /// Back to the beginning with this seed; options stay, faults are cleared.
    void reset(std::uint64_t seed);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sim::phone
