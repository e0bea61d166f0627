// Which dossier codes are in use by another agency.
#include "gateway/store/sqlite/dossier_codes.hpp"

namespace gw::store::sqlite {

bool DossierCodes::elsewhere(const std::string& agency, const std::string& code) {
    constexpr std::string_view kind = "dossier";
    if (!agencies_) {
        agencies_.emplace();
        for (std::string last;;) {
            Rows rows = sql_.next_agency.query(kind, last);
            if (!rows.next() || rows.is_null(0)) break;
            last = rows.view(0);
            agencies_->insert(last);
        }
    }
    agencies_->insert(agency);
    for (const std::string& other : *agencies_) {
        if (other == agency) continue;
        Rows rows = sql_.find_object.query(kind, other, code);
        if (rows.next()) return true;
    }
    return false;
}

}  // namespace gw::store::sqlite
