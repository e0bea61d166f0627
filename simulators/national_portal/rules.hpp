// What the portal demands of a packet: fields, formats, lengths, conditions, order of statuses.
#pragma once

#include "simulators/kit/json_reader.hpp"
#include "simulators/national_portal/catalogue.hpp"
#include "simulators/national_portal/options.hpp"
#include "simulators/national_portal/texts.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sim::national_portal {

/// The first thing that is wrong.
struct Finding {
    Finding() = default;
    Finding(Say w, std::string f, std::string v = {})
        : what(w), field(std::move(f)), value(std::move(v)) {}
    Say what = Say::failed;
    std::string field, value;
};
using Checked = std::optional<Finding>;

/// Facts from outside the packet.
struct ItemContext {
    ItemContext() = default;
    const Procedure* procedure = nullptr;  // null: unknown
    bool was_in_supplement = false;        // the dossier was in status 5 before
    bool was_stopped = false;              // status 8 came last before 10: never finished
    bool known_portal_origin = false;      // filed on the portal: its code has no province prefix
};

/// One element of DongBoHoSoMC.data.
Checked check_item(const kit::Json& item, const Options& options, const ItemContext& context);
/// One element of CapNhatTienDoHoSoMC.data.
Checked check_line(const kit::Json& line, const Options& options);
/// data of DongBoTrangThaiHoSo.
Checked check_status(const kit::Json& data, const Options& options);
/// data of DongBoDanhGia.
Checked check_survey(const kit::Json& data, const Options& options);
/// One answer to a question. `published`: a local question, which brings its own text.
Checked check_question(const kit::Json& data, const Options& options);

/// May a dossier go from one status to the other (national-portal table, section 10)?
/// The steps marked as corrections need a reason (GhiChu). Equal statuses are an update of other
/// fields.
bool may_go(int from, int to, bool has_reason, const Options& options);
/// Does the code (or madonvi) contain one of the province identifiers as a whole group?
bool belongs_here(std::string_view code, const Options& options);

}  // namespace sim::national_portal
