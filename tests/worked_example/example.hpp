// The life of dossier H56.14-260105-0007 as the contract tells it: who calls, when, with what; and
// the people and partners around it.
#pragma once

#include "tests/town/world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gw::worked_example {

using core::Document;
using core::Duration;
using core::Instant;
using town_test::Heard;

inline constexpr const char* code = "H56.14-260105-0007";
inline constexpr const char* citizen = "038190000000";
inline constexpr const char* reference = "LT260057K3M9Q2C";

/// A moment of the life: "08:36:10" of 5 January 2026, or "07T10:26:00".
Instant moment(std::string_view text);

/// What the one-stop got by webhook.
struct Hook {
    Hook() = default;
    std::string id, type, body;
    Instant at{};
    Document event;
    bool signed_well = false;
};

class Example {
public:
    Example();

    // ---- the life, in this order; each step requires that it is answered as the contract says
    // ----
    void file();             // 08:20 the portal hands the dossier over
    void claim();            // 08:21
    void check_identity();   // 08:34
    void accept();           // 08:36 created, acknowledged; the portal does not answer the packet
    void ask_supplement();   // 08:55
    void hand_supplement();  // 13:40 the portal brings the paper
    void take_supplement();  // 13:52
    void charge();           // 14:30 financial obligation, payment with its page
    void pay();              // 14:32:08 paid, announced; again at 14:32:40
    void go_on();            // 14:33 receipt, processing
    void decide();           // 16:05 result, 16:06 finished
    void book_post();        // 16:07
    void deliver();          // 6 and 7 January
    void give_back();        // 7 January 10:26
    void survey();           // 8 January, and the night after
    /// Every step before this one.
    void live_until(void (Example::*step)());

    // ---- what a clerk or a test does ----
    void go_to(std::string_view when) { world.go_to(moment(when)); }
    void wait(Duration d) { world.go_to(world.now() + d); }
    Heard get(std::string path);
    Heard post(std::string path, std::string body, ports::Headers more = {});
    Heard put(std::string path, std::string body);
    Heard progress(std::string_view status, std::string_view text = "Bước xử lý");
    std::string progress_body(std::string_view status, std::string_view at, std::string_view text);
    Heard dossier() { return get(std::string("/v1/dossiers/") + code); }
    Heard payment() { return get("/v1/payments/" + payment_id); }
    /// Every event of the tenant, oldest first; `type` "" = any.
    std::vector<Document> events(std::string_view type = {});
    std::string below(std::string_view tail) const;
    /// The portal has nothing of this dossier with that status.
    bool portal_never_saw(int status);
    /// A result as the leader signs it at this moment, with a signature the place trusts.
    std::string signed_paper();
    const sim::national_portal::HeldDossier& at_portal();

    town_test::World world;
    std::vector<Hook> hooks;
    std::string hook_secret, inbox_id, supplement_inbox_id, supplement_id, fee_id, payment_id,
        result_id, delivery_id;
    std::vector<std::string> files;  // of the dossier, as claimed
    std::string clear_paper;         // of the supplement

private:
    sim::kit::Answer hear(const std::string& host, const sim::kit::Call& call, Instant now);
    std::string fresh_key();
    int keys_ = 0;
};

}  // namespace gw::worked_example
