// Everything that can be set about the played portal; the defaults are the ones of the domain
// description.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace sim::national_portal {

namespace core = gw::core;

/// Which fields of a dossier packet must be there.
enum class FieldSet { y2021, y2025 };
/// Where the adapter wants the routing code. `either`: in one of the two.
enum class RoutingCode { none, either, header, query, both };
/// How the provincial platform wraps an answer of the portal.
enum class Wrapping { twice, object, nested, direct };
/// How inbound calls prove who sends them.
enum class Proof { hmac, security_key, both, none };

/// The repeat rule of the portal's own sender.
struct RepeatRule {
    RepeatRule() = default;
    core::Duration first{5'000}, most{900'000};  // doubled from `first` up to `most`
    core::Duration answer_max{60'000};           // no answer for so long = not answered
    core::Duration give_up{72LL * 3'600'000};    // since it was queued
};
struct Scheduled {
    Scheduled() = default;
    std::string kind;         // as in POST /sim/send
    core::Duration every{0};  // first time one period after the first due()
};

struct Options {
    Options() = default;

    // ---- who may send, and what belongs here ----
    std::vector<std::string> provinces{
        "H56", "H37"};  // identifiers that a dossier code and madonvi must contain
    std::map<std::string, std::string>
        more_procedures;  // code -> name, beside the built-in catalogue

    // ---- log-in (mapi/login) ----
    std::string username = "mau-user", password = "mau-password";
    core::Duration session_ttl{600'000};
    bool single_session = false;  // a log-in ends older sessions (F-11)
    bool login_in_result =
        false;  // {error_code, result, session} instead of {error_code, session, message}

    // ---- adapter ----
    std::string dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider";
    RoutingCode routing_code =
        RoutingCode::either;  // only on …Adapter/RestService/forward/ paths (F-22)

    // ---- provincial platform (lgsp) ----
    std::string lgsp_client = "mau-client", lgsp_secret = "mau-secret";
    core::Duration lgsp_token_ttl{3'600'000};
    bool lgsp_says_expires_in = true;
    bool lgsp_access_token_required =
        false;  // header lgspaccesstoken on the token call and on every call
    Wrapping lgsp_wrapping = Wrapping::twice;
    std::string lgsp_create = "/lgsp/KetNoiMotCuaQuocGia/ThemMoiHoSo";
    std::string lgsp_update = "/lgsp/KetNoiMotCuaQuocGia/CapNhatHoSo";
    std::string lgsp_progress = "/lgsp/KetNoiMotCuaQuocGia/CapNhatTienDo";

    // ---- what is refused ----
    FieldSet fields = FieldSet::y2025;
    bool refuse_foreign_prefix = true;           // F-54
    bool refuse_unknown_procedure = true;        // F-55
    bool refuse_format = true;                   // F-56: dates, codes, lengths, types
    bool enforce_order = true;                   // F-57: status transitions
    bool refuse_survey_sum = true;               // F-75
    bool allow_pre_reception_supplement = true;  // 1 -> 5 and 5 -> 1
    bool require_https = true;                   // file addresses
    bool require_supplements = true;             // DanhSachHoSoBoSung once the dossier was in 5
    bool require_fees = false;                   // DanhSachLePhi when the procedure has fees
    bool require_results = false;  // DanhSachGiayToKetQua at 9 and 10 when it yields a paper
    std::size_t items_max = 10, lines_max = 10, call_bytes_max = 5 << 20;

    // ---- how it is said ----
    std::string ok_code = "0", already_code = "3", refusal_code = "-1";
    int text_variant = 0;  // which of the texts of each kind; -1 = drawn by the seed
    bool detail = true;    // TraCuuHoSo shows the progress lines

    // ---- inbound: what the portal sends to the province ----
    std::string inbound_base = "/in/dvcqg";  // + "/" + service
    std::string inbound_promotion = "NhanHoSoKhuyenMai", inbound_supplement = "NhanBoSungKhuyenMai";
    Proof inbound_proof = Proof::hmac;
    std::string inbound_secret = "mau-inbound-secret", security_key = "mau-security-key";
    std::string public_url = "http://127.0.0.1";  // where /files/<id> of this simulator is reached
    RepeatRule repeat;
    std::vector<Scheduled> schedule;

    // ---- memory and administration ----
    std::size_t journal_entries_max = 20'000;
    std::size_t packets_max = 60;  // raw packets kept of each dossier; more are counted
    std::string admin_token;       // not empty: /sim/ needs X-Sim-Token
};

}  // namespace sim::national_portal
