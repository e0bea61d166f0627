// Which dossier codes are in use by another agency.
#pragma once

#include "gateway/store/sqlite/writer_sql.hpp"

#include <optional>
#include <set>
#include <string>

namespace gw::store::sqlite {

/// With one agency it reads nothing.
class DossierCodes {
public:
    explicit DossierCodes(WriterSql& sql) : sql_(sql) {}
    /// `agency` is about to make a dossier: whether another one has a dossier of this code.
    bool elsewhere(const std::string& agency, const std::string& code);

private:
    WriterSql& sql_;
    /// Those with dossiers, read at the first new one; one too many after a rollback is no harm.
    std::optional<std::set<std::string>> agencies_;
};

}  // namespace gw::store::sqlite
