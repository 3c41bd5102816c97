import { describe, expect, it } from 'vitest';
import { UsageError } from './exit-codes.ts';
import { completeMapping, mapRecord, parseMapping, readMappingFile } from './mapping.ts';

const record = {
  id: 'req-1',
  time: '2015-05-17T10:05:03Z',
  client: 'client-1',
  status: 200,
  bytes: 7,
  kind: 'get',
};

describe('a mapping', () => {
  it('makes the event that it describes', () => {
    const mapping = completeMapping(
      parseMapping('customer=client,time=time,id=id,type=request,data=bytes+status'),
    );
    expect(mapRecord(record, mapping)).toEqual({
      id: 'req-1',
      source: 'import',
      type: 'request',
      subject: 'client-1',
      time: '2015-05-17T10:05:03Z',
      data: { bytes: 7, status: 200 },
    });
  });

  it('takes type and source from members where they begin with $', () => {
    const mapping = completeMapping(parseMapping('customer=client,type=$kind,source=$client'));
    expect(mapRecord(record, mapping)).toMatchObject({ type: 'get', source: 'client-1' });
  });

  it('says the same as a file, and the command line goes first', () => {
    const fromFile = readMappingFile('{"customer":"client","type":"request","data":["bytes"]}');
    expect(completeMapping(fromFile, parseMapping('type=hit'))).toMatchObject({
      customer: 'client',
      type: 'hit',
      data: ['bytes'],
    });
  });

  it('leaves a CloudEvent as it is', () => {
    const event = { specversion: '1.0', id: '1', source: 's', type: 't', subject: 'c', time: 't' };
    expect(mapRecord(event, completeMapping())).toBe(event);
  });

  it('says in a sentence what a record lacks', () => {
    expect(mapRecord({ id: 1 }, completeMapping())).toBe('It has no "subject".');
    expect(mapRecord({ ...record, subject: 'x' }, completeMapping())).toBe('It has no "type".');
    expect(mapRecord([], completeMapping())).toBe('It is not a JSON object.');
    expect(mapRecord({ ...record, subject: '', type: 'x' }, completeMapping())).toBe('It has no "subject".');
  });

  it('is refused where it names nothing or something unknown', () => {
    for (const text of ['customer', '=x', 'person=client', 'id='])
      expect(() => parseMapping(text)).toThrow(UsageError);
    for (const text of ['[]', '{"data":"bytes"}', '{"who":"x"}'])
      expect(() => readMappingFile(text)).toThrow(UsageError);
  });
});
