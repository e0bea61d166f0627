// Loads licences.
#include "gateway/mapping/licences.hpp"

#include "gateway/mapping/table_reader.hpp"

namespace gw::mapping {

namespace {

core::ProcedureLicence read_procedure(TableReader& row) {
    core::ProcedureLicence licence;
    licence.procedure = row.needed("code");
    licence.national_code = row.text("national_code");
    licence.kinds = row.texts("kinds");
    licence.from = row.day("valid_from");
    licence.to = row.day("valid_to");
    row.text("note");
    row.finish();
    return licence;
}

core::OfficerLicence read_officer(TableReader& row) {
    core::OfficerLicence licence;
    licence.officer = row.needed("officer");
    licence.citizen_number = row.text("citizen_number");
    licence.agency = row.needed("agency");
    licence.agency_national = row.text("agency_national", licence.agency);
    licence.account = row.text("account");
    licence.phone = row.text("phone");
    licence.key_ref = row.text("key");
    licence.from = row.day("valid_from");
    licence.to = row.day("valid_to");
    licence.per_hour = static_cast<int>(row.integer("per_hour", licence.per_hour));
    licence.per_day = static_cast<int>(row.integer("per_day", licence.per_day));
    licence.full_view = row.boolean("full_view", false);
    row.text("note");
    row.finish();
    return licence;
}

}  // namespace

core::Result<core::Licences> load_licences(
    std::string_view toml, std::string_view file, std::vector<Problem>* problems
) {
    std::vector<Problem> own;
    std::vector<Problem>& found = problems != nullptr ? *problems : own;
    const std::size_t before = found.size();
    core::Licences licences;
    if (const auto root = read_toml(toml, file, found)) {
        TableReader reader(*root, file, found);
        licences.unit_per_day =
            static_cast<int>(reader.integer("unit_per_day", licences.unit_per_day));
        licences.province_per_day =
            static_cast<int>(reader.integer("province_per_day", licences.province_per_day));
        licences.person_per_day =
            static_cast<int>(reader.integer("person_per_day", licences.person_per_day));
        licences.officer_per_ten_minutes = static_cast<int>(
            reader.integer("officer_per_ten_minutes", licences.officer_per_ten_minutes)
        );
        licences.purposes = reader.texts("purposes");
        for (const Node* node : reader.tables("procedure")) {
            TableReader row(*node, file, found);
            licences.procedures.push_back(read_procedure(row));
        }
        for (const Node* node : reader.tables("officer")) {
            TableReader row(*node, file, found);
            licences.officers.push_back(read_officer(row));
        }
        reader.finish();
    }
    if (found.size() > before)
        return core::give_up("licences.invalid", std::string(file) + ": " + found[before].what);
    return licences;
}

}  // namespace gw::mapping
