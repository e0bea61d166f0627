// What a service of the portal says, before any dialect turns it into bytes.
#pragma once

#include <string>

namespace sim::national_portal {

enum class Verdict { ok, already, not_found, refused, reauth, busy };

struct Reply {
    Reply() = default;
    Reply(Verdict v, std::string c, std::string m)
        : verdict(v), code(std::move(c)), message(std::move(m)) {}
    Verdict verdict = Verdict::ok;
    std::string code = "0";
    std::string message;
    std::string result = "[]";  // JSON
    bool reading = false;       // the result is what the caller came for
    // for the journal
    std::string effect = "none", before, after;
};

}  // namespace sim::national_portal
