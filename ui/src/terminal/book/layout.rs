//! Where appointments of one column go beside one another. Pure.

/// An appointment's part in minutes, and the gaps in which its stylist is free.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub start: u16,
    pub end: u16,
    pub gaps: Vec<(u16, u16)>,
}

/// Left edge and width in percent of the column, and whether it lies in another's gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    pub left: f32,
    pub width: f32,
    pub inside: bool,
}

/// How far what lies in another's processing gap is set in.
const INSET: f32 = 22.0;

pub fn place(spans: &[Span]) -> Vec<Placed> {
    let within = |outer: &Span, inner: &Span| outer.gaps.iter().any(|(a, b)| *a <= inner.start && inner.end <= *b);
    let inside: Vec<bool> = spans
        .iter()
        .enumerate()
        .map(|(ix, span)| spans.iter().enumerate().any(|(other, outer)| other != ix && within(outer, span)))
        .collect();
    let mut placed = vec![Placed { left: 0.0, width: 100.0, inside: false }; spans.len()];
    for nested in [false, true] {
        let mut order: Vec<usize> = (0..spans.len()).filter(|ix| inside[*ix] == nested).collect();
        order.sort_by_key(|ix| (spans[*ix].start, std::cmp::Reverse(spans[*ix].end)));
        for cluster in clusters(spans, &order) {
            let lanes = lanes_of(spans, &cluster);
            let count = lanes.iter().max().map_or(1, |l| l + 1) as f32;
            let from = if nested { INSET } else { 0.0 };
            let width = (100.0 - from) / count;
            for (ix, lane) in cluster.iter().zip(lanes) {
                placed[*ix] = Placed { left: from + lane as f32 * width, width, inside: nested };
            }
        }
    }
    placed
}

/// Runs of spans that touch one another in time; `order` is by start.
fn clusters(spans: &[Span], order: &[usize]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut until = 0;
    for ix in order {
        match found.last_mut() {
            Some(cluster) if spans[*ix].start < until => cluster.push(*ix),
            _ => found.push(vec![*ix]),
        }
        until = until.max(spans[*ix].end);
    }
    found
}

/// The first lane that is free, for each span of a cluster.
fn lanes_of(spans: &[Span], cluster: &[usize]) -> Vec<usize> {
    let mut ends: Vec<u16> = Vec::new();
    cluster
        .iter()
        .map(|ix| {
            let span = &spans[*ix];
            let lane = ends.iter().position(|end| *end <= span.start).unwrap_or(ends.len());
            if lane == ends.len() {
                ends.push(span.end);
            } else {
                ends[lane] = span.end;
            }
            lane
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u16, end: u16) -> Span {
        Span { start, end, gaps: Vec::new() }
    }

    #[test]
    fn those_that_overlap_share_the_width_and_the_others_have_all_of_it() {
        let placed = place(&[span(540, 600), span(570, 630), span(600, 660), span(700, 730)]);
        let edges: Vec<(f32, f32)> = placed.iter().map(|p| (p.left, p.width)).collect();
        assert_eq!(edges, [(0.0, 50.0), (50.0, 50.0), (0.0, 50.0), (0.0, 100.0)]);
    }

    #[test]
    fn a_cut_lies_inside_the_colour_s_processing_gap() {
        let colour = Span { start: 540, end: 660, gaps: vec![(570, 630)] };
        let placed = place(&[colour, span(575, 620)]);
        assert!(!placed[0].inside && placed[0].width == 100.0);
        assert!(placed[1].inside && placed[1].left == INSET);
    }
}
