// Everything that can be set about the played population database; the defaults are the ones of the
// domain description.
#pragma once

#include "gateway/core/time.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace sim::population {

namespace core = gw::core;

/// Which elements a request has: `c06_2021` seven, `c06_2025` ten (PD-1).
enum class Profile { c06_2021, c06_2025 };
/// How the name in a request is written (PD-3).
enum class NameForm { upper, upper_ascii, upper_ascii_nospace };
/// What "nobody found" looks like.
enum class NotFoundForm { empty_collection, null_name, empty_name };
/// How the provincial platform hands the SOAP answer on.
enum class Wrapping { direct, soap_text };
/// How an element without a value is written.
enum class Absent { empty, missing, nil };
enum class Namespace { default_namespace, prefix, none };

/// An officer as the database knows him.
struct Officer {
    Officer() = default;
    Officer(std::string c, std::string u, std::string a, std::string p)
        : code(std::move(c)), unit(std::move(u)), account(std::move(a)), phone(std::move(p)) {}
    std::string code;                // MaCanBo
    std::string unit;                // MaDonVi
    std::string account, phone;      // TaiKhoan, SoDienThoai
    std::string citizen_number;      // empty: not allowed to ask
    std::string key_name, key_pass;  // AuthHash; empty name: no key given out
    bool licensed = true;
};

/// How replies look when no switch says otherwise: as live ones do.
struct Style {
    Style() = default;
    bool bare_codes = true;          // DanToc, TonGiao without inner elements
    bool name_in_ten = true;         // the whole name in Ten
    bool flat_relatives = true;      // names of relatives as flat text
    bool both_dates = true;          // NgayThangNam and Nam
    bool three_levels = true;        // MaTinhThanh, MaQuanHuyen, MaPhuongXa
    bool dashed_dates = false;       // yyyy-MM-dd
    bool head_number_first = false;  // order of the elements in ChuHo
    Absent absent = Absent::empty;
    Namespace name_space = Namespace::default_namespace;
    NotFoundForm not_found = NotFoundForm::empty_collection;
    bool count_instead_of_yes = false;  // SoLuongCongDan instead of KetQuaXacThuc
};

struct Options {
    Options() = default;

    // ---- who lives here ----
    std::size_t people = 100'000;

    // ---- the exchange platform (c06-2025) ----
    std::string user = "lienthong", secret = "SYNTHETIC-SECRET", api_key = "SYNTHETIC-APIKEY";
    /// Addresses callers may have used in the hash; http and https with the Host header always
    /// count.
    std::vector<std::string> service_urls;
    std::vector<std::string> clients{"VN/GOV/H56/LIENTHONG", "VN/GOV/H37/LIENTHONG"};
    std::string xroad_service = "VN/GOV/G01/DANCU";  // behind /r1/ and in SOAP headers
    std::string dstcode = "VN:GOV:G01:dancu";        // on …Adapter/RestService/forward/ paths
    core::Duration timestamp_window{300'000};
    NameForm exchange_names = NameForm::upper;

    // ---- the provincial platform (c06-2021) ----
    std::string lgsp_client = "mau-client", lgsp_secret = "mau-secret";
    core::Duration lgsp_token_ttl{3'600'000};
    bool lgsp_access_token_required = true;
    Wrapping lgsp_wrapping = Wrapping::direct;
    NameForm lgsp_names = NameForm::upper;

    // ---- what is refused ----
    bool enforce_order = true;                // F-87
    bool refuse_duplicate_request_id = true;  // F-88
    bool enforce_content_type = true;
    bool officers_must_agree = true;      // MaDonVi, TaiKhoan, SoDienThoai as registered
    bool any_officer = false;             // unknown officer codes are taken as licensed
    std::vector<std::string> procedures;  // licensed short codes; empty = any
    std::size_t call_bytes_max = 1 << 20;
    std::vector<Officer> officers;  // empty: the invented ones of gate.cpp

    Style style;

    // ---- memory and administration ----
    std::size_t audit_rows_max = 100'000;
    std::size_t journal_entries_max = 20'000;
    std::string admin_token;  // not empty: /sim/ needs X-Sim-Token
};

}  // namespace sim::population
