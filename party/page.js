/* page.js: draws the plots of a page from its tables, with D3. What a table means as a plot
 * stands in its attributes (party/page.h); nothing else is read, and nothing is fetched.
 *
 * Text of the page goes into plots as text alone (textContent), so it can be nothing else.
 * Labels that do not fit are cut; the table below has them whole. Every plot is drawn again
 * when its width changes, and before printing at the width of paper. */
(function () {
    "use strict";

    const PAPER_WIDTH = 640;
    const PAPER_HEIGHT = 780;
    const LABELS = 0.36; /* at most this part of the width; else they stand above rows, */
    const WIDE = 560; /* unless there is this much */
    const LONG_TABLE = 12; /* rows; longer ones are folded below their plot */
    const ROW = 15;
    const GAP = 10;
    const LINE = 20; /* of text */
    const AXIS = 44;
    const SIDE = 20; /* room for half of the outermost ticks */
    const CHARACTER = 7; /* width of one, at the most common size */

    const symbols = [d3.symbolCircle, d3.symbolDiamond, d3.symbolSquare];

    /* ---- tables ---------------------------------------------------------------------- */

    function readColumns(table) {
        return Array.from(table.tHead.rows[0].cells, (cell) => ({
            role: cell.dataset.role,
            series: cell.dataset.series || "",
        }));
    }

    /* Cells by column; one that spans several stands at the first of them. */
    function cellsOf(row) {
        const cells = [];
        for (const cell of row.cells) {
            cells.push(cell);
            for (let i = 1; i < cell.colSpan; i++) cells.push(null);
        }
        return cells;
    }

    function numberOf(cell) {
        return cell && "value" in cell.dataset ? Number(cell.dataset.value) : NaN;
    }

    function readRow(row, columns, series) {
        const cells = cellsOf(row);
        const labels = cells.filter((_, i) => columns[i].role === "label");
        const absent = row.querySelector(".absent");
        const points = series.map((name) => {
            const point = { value: NaN, low: NaN, high: NaN };
            columns.forEach((column, i) => {
                if (column.series === name && column.role in point)
                    point[column.role] = numberOf(cells[i]);
            });
            return point;
        });
        return {
            group: labels.slice(0, -1).map((cell) => cell.textContent).join(", "),
            label: labels.length > 0 ? labels[labels.length - 1].textContent : "",
            x: numberOf(cells[columns.findIndex((column) => column.role === "x")]),
            strong: row.classList.contains("strong"),
            absent: absent ? absent.textContent.split(":")[0] : "",
            points,
        };
    }

    function readTable(table) {
        const columns = readColumns(table);
        const valued = columns.filter((column) => column.role === "value");
        const series = Array.from(new Set(valued.map((column) => column.series)));
        const rows = Array.from(table.tBodies[0].rows);
        return {
            kind: table.dataset.plot,
            unit: table.dataset.unit,
            xUnit: table.dataset.xUnit || "",
            most: Number(table.dataset.most),
            caption: table.caption.textContent,
            series,
            rows: rows.map((row) => readRow(row, columns, series)),
        };
    }

    /* ---- parts of plots -------------------------------------------------------------- */

    function tickText(scale, n) {
        const format = scale.tickFormat(n);
        return (value) => format(value).replace("-", "\u2212");
    }

    function symbolOf(i, area) {
        return d3.symbol().type(symbols[i % symbols.length]).size(area)();
    }

    /* All finite numbers that a plot must have room for. */
    function extentOf(data, more) {
        const numbers = more.slice();
        for (const row of data.rows)
            for (const point of row.points) numbers.push(point.value, point.low, point.high);
        return d3.extent(numbers.filter(Number.isFinite));
    }

    /* Cuts the text of an element until it is no wider than width. */
    function fit(element, width) {
        const whole = element.textContent;
        let keep = Array.from(whole);
        while (keep.length > 1 && element.getComputedTextLength() > width) {
            const share = width / element.getComputedTextLength();
            const n = Math.min(keep.length - 1, Math.floor(keep.length * share));
            keep = keep.slice(0, Math.max(1, n));
            element.textContent = keep.join("").trimEnd() + "\u2026";
        }
        if (element.textContent !== whole)
            d3.select(element).append("title").text(whole);
    }

    function addText(parent, x, y, words, width, classes) {
        const text = parent.append("text").attr("class", classes || null);
        text.attr("x", x).attr("y", y).attr("dy", "0.32em").text(words);
        fit(text.node(), width);
        return text;
    }

    function addAxis(svg, scale, top, bottom, unit) {
        const [left, right] = scale.range();
        const n = Math.max(2, Math.floor((right - left) / 80));
        const axis = d3.axisBottom(scale).ticks(n).tickFormat(tickText(scale, n));
        svg.append("g")
            .attr("class", "axis")
            .attr("transform", `translate(0,${bottom})`)
            .call(axis.tickSize(top - bottom).tickPadding(8))
            .selectAll(".tick text")
            .attr("y", 8);
        addText(svg, right, bottom + 34, unit, right - left, "muted").attr(
            "text-anchor", "end");
    }

    function addZero(svg, scale, top, bottom) {
        svg.append("line")
            .attr("class", "zero")
            .attr("x1", scale(0)).attr("x2", scale(0))
            .attr("y1", top).attr("y2", bottom);
    }

    /* Where rows and headings of groups stand, and how high all of it is. */
    function layOut(rows, narrow, heightOfRow) {
        const places = [];
        let y = 4;
        let group = "";
        for (const row of rows) {
            if (row.group !== group && row.group !== "") {
                y += places.length > 0 ? GAP : 0;
                places.push({ group: row.group, y: y + LINE / 2 });
                y += LINE + 4;
            }
            group = row.group;
            const label = narrow && row.label !== "" ? LINE : 0;
            const height = row.absent !== "" ? LINE : heightOfRow;
            places.push({ row, labelY: narrow ? y + LINE / 2 : y + height / 2,
                          y: y + label, height });
            y += label + height + GAP;
        }
        return { places, height: y };
    }

    function widestLabel(data) {
        return d3.max(data.rows, (row) => Array.from(row.label).length) * CHARACTER + 24;
    }

    function rowHeight(data) {
        return Math.max(LINE, (data.kind === "bars" ? 14 : ROW) * data.series.length);
    }

    /* The scale of all of a plot's panels: `range` is made by their labels alone. */
    function valueScale(data, range) {
        const domain = extentOf(data, data.kind === "rates" ? [] : [0, data.most]);
        return d3.scaleLinear(domain, range).nice(6);
    }

    /* Rows of a panel. Labels at the left or, on a narrow screen, above; draws each row by
     * `draw`. */
    function drawRows(svg, data, rows, width, draw) {
        const indent = data.rows.some((row) => row.group !== "") ? 12 : 0;
        const widest = widestLabel(data) + indent;
        const narrow = width < WIDE && widest > width * LABELS;
        const labels = narrow ? 0 : Math.min(widest, width * LABELS);
        const scale = valueScale(data, [Math.max(labels, SIDE) + 8, width - SIDE]);
        const lay = layOut(rows, narrow, rowHeight(data));
        addAxis(svg, scale, 0, lay.height, data.unit);
        if (data.kind !== "rates") addZero(svg, scale, 0, lay.height);
        for (const place of lay.places) {
            if (place.group !== undefined) {
                addText(svg, 0, place.y, place.group, width, "group");
                continue;
            }
            const { row } = place;
            const room = narrow ? width - indent : labels - indent - 12;
            addText(svg, indent, place.labelY, row.label, room, row.strong ? "strong" : "");
            if (row.absent !== "")
                addText(svg, scale.range()[0], place.y + place.height / 2, row.absent,
                        width - scale.range()[0], "muted");
            else draw(scale, row, place);
        }
        return lay.height + AXIS;
    }

    /* ---- plots ----------------------------------------------------------------------- */

    function drawInterval(svg, scale, point, i, y, classes) {
        if (Number.isFinite(point.low) && Number.isFinite(point.high))
            svg.append("line")
                .attr("class", `interval series-${i}`)
                .attr("x1", scale(point.low)).attr("x2", scale(point.high))
                .attr("y1", y).attr("y2", y);
        if (Number.isFinite(point.value))
            svg.append("path")
                .attr("class", `point series-${i} ${classes}`)
                .attr("transform", `translate(${scale(point.value)},${y})`)
                .attr("d", symbolOf(i, 56));
    }

    function drawIntervals(svg, data, rows, width) {
        return drawRows(svg, data, rows, width, (scale, row, place) => {
            const marked = data.kind === "forest" && !row.strong ? "faint" : "";
            const step = place.height / data.series.length;
            row.points.forEach((point, i) =>
                drawInterval(svg, scale, point, i, place.y + step * (i + 0.5), marked));
        });
    }

    function drawBars(svg, data, rows, width) {
        return drawRows(svg, data, rows, width, (scale, row, place) => {
            const step = place.height / data.series.length;
            row.points.forEach((point, i) => {
                if (!Number.isFinite(point.value)) return;
                const ends = d3.extent([scale(0), scale(point.value)]);
                svg.append("rect")
                    .attr("class", `bar series-${i}`)
                    .attr("x", ends[0]).attr("width", ends[1] - ends[0])
                    .attr("y", place.y + step * i + 2).attr("height", step - 4);
            });
        });
    }

    function drawSeries(svg, data, i, x, y) {
        const at = data.rows.map((row) => ({ x: row.x, ...row.points[i] }));
        const banded = at.filter((p) => Number.isFinite(p.low) && Number.isFinite(p.high));
        const known = at.filter((p) => Number.isFinite(p.value));
        svg.append("path")
            .attr("class", `band series-${i}`)
            .attr("d", d3.area().x((p) => x(p.x)).y0((p) => y(p.low)).y1((p) => y(p.high))(banded));
        svg.append("path")
            .attr("class", `line series-${i}`)
            .attr("d", d3.line().x((p) => x(p.x)).y((p) => y(p.value))(known));
        for (const p of known)
            svg.append("path")
                .attr("class", `point series-${i}`)
                .attr("transform", `translate(${x(p.x)},${y(p.value)})`)
                .attr("d", symbolOf(i, 40));
    }

    function drawCurve(svg, data, rows, width) {
        const top = LINE + 8;
        const bottom = top + Math.min(300, width * 0.6);
        const y = d3.scaleLinear(extentOf(data, []), [bottom, top]).nice(5);
        const format = tickText(y, 5);
        const left = d3.max(y.ticks(5), (tick) => format(tick).length) * CHARACTER + 12;
        const xs = d3.extent(data.rows.map((row) => row.x));
        const x = d3.scaleLinear(xs, [left + 8, width - SIDE]);
        svg.append("g")
            .attr("class", "axis")
            .attr("transform", `translate(${left},0)`)
            .call(d3.axisLeft(y).ticks(5).tickFormat(format).tickSize(left - width));
        addText(svg, 0, LINE / 2 - 4, data.unit, width, "muted");
        addAxis(svg, x, bottom, bottom, data.xUnit);
        data.series.forEach((_, i) => drawSeries(svg, data, i, x, y));
        return bottom + AXIS;
    }

    const drawers = { rates: drawIntervals, forest: drawIntervals, bars: drawBars,
                      curve: drawCurve };

    /* ---- figures --------------------------------------------------------------------- */

    /* Rows in parts that each fit on a sheet of paper, between groups where they can. */
    function splitRows(data) {
        if (data.kind === "curve") return [data.rows];
        const fits = (rows) => layOut(rows, false, rowHeight(data)).height <= PAPER_HEIGHT;
        const groups = new Set(data.rows.map((row) => row.group));
        const parts = [[]];
        for (const group of groups) {
            const members = data.rows.filter((row) => row.group === group);
            if (!fits(parts[parts.length - 1].concat(members))) parts.push([]);
            for (const row of members) {
                if (!fits(parts[parts.length - 1].concat(row))) parts.push([]);
                parts[parts.length - 1].push(row);
            }
        }
        return parts.filter((rows) => rows.length > 0);
    }

    function drawPanel(panel, data, width, name) {
        const { svg, rows, id } = panel;
        svg.selectAll("*").remove();
        svg.append("title").attr("id", `${id}-title`).text(name);
        svg.append("desc").attr("id", `${id}-desc`)
            .text("A plot of the table that follows; all its values are there.");
        const height = drawers[data.kind](svg, data, rows, width);
        svg.attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
    }

    function draw(plot, width) {
        const { panels, data } = plot;
        if (width < 100 || plot.width === width) return;
        plot.width = width;
        panels.forEach((panel, i) => {
            const part = panels.length > 1 ? ` (part ${i + 1} of ${panels.length})` : "";
            drawPanel(panel, data, width, data.caption + part);
        });
    }

    function addLegend(plot, data) {
        if (data.series.length < 2) return;
        plot.append("ul").attr("class", "legend").selectAll("li").data(data.series)
            .enter().append("li").attr("class", (_, i) => `series-${i}`)
            .text((name) => name);
    }

    function fold(figure, table, n) {
        const scroll = figure.querySelector(".scroll");
        const details = document.createElement("details");
        const summary = document.createElement("summary");
        summary.textContent = `Table: all ${n} rows`;
        scroll.replaceWith(details);
        details.append(summary, scroll);
    }

    function addPanel(box, rows, id) {
        const svg = box.append("svg")
            .attr("role", "img")
            .attr("aria-labelledby", `${id}-title`)
            .attr("aria-describedby", `${id}-desc`);
        return { svg, rows, id };
    }

    function addPlot(table, i) {
        const data = readTable(table);
        if (!data.rows.some((row) => row.points.some((point) => Number.isFinite(point.value))))
            return null;
        const figure = table.closest("figure");
        const box = d3.select(figure).insert("div", ":first-child").attr("class", `plot ${data.kind}`);
        box.append("p").attr("class", "plot-title").attr("aria-hidden", "true").text(data.caption);
        addLegend(box, data);
        const panels = splitRows(data).map((rows, k) => addPanel(box, rows, `plot-${i}-${k}`));
        if (data.rows.length > LONG_TABLE) fold(figure, table, data.rows.length);
        return { data, panels, box: box.node(), width: 0 };
    }

    function start() {
        const plots = Array.from(document.querySelectorAll("table[data-plot]"), addPlot)
            .filter((plot) => plot !== null);
        const redraw = () => plots.forEach((plot) => draw(plot, plot.box.clientWidth));
        let opened = [];

        redraw();
        new ResizeObserver(redraw).observe(document.body);
        addEventListener("beforeprint", () => {
            opened = Array.from(document.querySelectorAll("details:not([open])"));
            opened.forEach((details) => { details.open = true; });
            plots.forEach((plot) => draw(plot, PAPER_WIDTH));
        });
        addEventListener("afterprint", () => {
            opened.forEach((details) => { details.open = false; });
            redraw();
        });
    }

    start();
})();
